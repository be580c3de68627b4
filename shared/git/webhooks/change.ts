import type { PullRequestTold, Ref, Told } from '../told.ts';
import { fault, firstLine, ignored } from './words.ts';

/** What git allows, in at most 500 characters: https://git-scm.com/docs/git-check-ref-format */
const REF_NAME = /^(?![/.-])(?!.*(?:\.\.|\/[/.]|@\{|\.lock(?:\/|$)))[^\s~^:?*[\\\p{Cc}]{1,500}(?<![/.])$/u;
const KINDS = { heads: 'branch', tags: 'tag' } as const;

/** A ref that points elsewhere than before, as a provider told it. */
export interface Change {
  ref: Ref;
  /** Undefined or zeros: it was deleted. */
  commit: string | undefined;
  /** Undefined or zeros: it is new. */
  before: string | undefined;
  forced?: boolean | undefined;
  message?: string | null | undefined;
  by?: string | null | undefined;
}

/** The branch or tag that `refs/heads/…` or `refs/tags/…` is; undefined for `refs/notes/…` and the like. */
export function refOf(fullName: string): Ref | undefined {
  const [, kind, name] = /^refs\/(heads|tags)\/(.*)$/s.exec(fullName) ?? [];
  return name === undefined ? undefined : { kind: KINDS[kind as keyof typeof KINDS], name };
}

export function changeTold({ ref, commit, before, forced, message, by }: Change): Told {
  if (!REF_NAME.test(ref.name)) return fault('the payload names a branch or tag that git does not allow');
  if (!isCommit(commit)) return ignored(`the ${ref.kind} ${ref.name} was deleted: what was deployed of it stays`);
  return {
    told: 'push',
    ref,
    commit,
    ...(isCommit(before) ? { before } : {}),
    ...(forced === undefined ? {} : { forced }),
    ...optional('message', firstLine(message)),
    ...optional('by', firstLine(by)),
  };
}

/** What is told of a ref outside of branches and tags. */
export const noBranch = (fullName: string): Told =>
  /^refs\/\S+$/.test(fullName)
    ? ignored('what was pushed is neither a branch nor a tag')
    : fault('the payload names no ref such as refs/heads/main');

export interface Request extends Omit<PullRequestTold, 'told' | 'by'> {
  by?: string | null | undefined;
}

export function requestTold({ by, title, ...request }: Request): Told {
  if (!REF_NAME.test(request.head.branch) || !REF_NAME.test(request.base))
    return fault('the payload names a branch that git does not allow');
  return { told: 'pull-request', ...request, title: firstLine(title) ?? '', ...optional('by', firstLine(by)) };
}

/** Providers write zeros where there is no commit: the ref is new, or is gone. */
export const isCommit = (commit: string | undefined): commit is string => commit !== undefined && !/^0+$/.test(commit);

const optional = <Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> =>
  value === undefined ? {} : ({ [key]: value } as Record<Key, string>);
