/** Commits of the repository that all stand-ins serve. */
export const FIRST = '1'.repeat(40);
export const SECOND = '2'.repeat(40);
export const TAGGED = '3'.repeat(40);

/** What a comment, a status or a webhook of any provider comes down to. */
export interface KeptComment {
  id: number;
  text: string;
  version: number;
}
export interface KeptStatus {
  commit: string;
  name: string;
  state: string;
  text: string;
  url?: string;
}
export interface KeptDeployment {
  id: number;
  sha: string;
  environment: string;
  /** What it was made with. */
  body: Record<string, unknown>;
  /** Newest first. */
  statuses: { state: string; description: string; environment_url: string; log_url: string }[];
}
export interface KeptHook {
  id: string;
  url: string;
  secret: string;
  events: string[];
}

/** A pull request; `fork`: the copy that its branch lies in, `gone` where that was deleted. */
export interface KeptPull {
  number: number;
  state: 'open' | 'merged' | 'closed';
  commit: string;
  branch: string;
  fork?: 'there' | 'gone';
  /** As ISO 8601. */
  updatedAt: string;
}

/** What a provider knows; its stand-in answers from it and keeps in it what it is told. */
export interface World {
  branches: Record<string, string>;
  /** `annotation` is the tag object’s own id. */
  tags: Record<string, { commit: string; annotation?: string }>;
  /** Of commits. */
  messages: Record<string, string>;
  files: Record<string, string>;
  folders: string[];
  changes: { path: string; before?: string }[];
  archive: Uint8Array;
  statuses: KeptStatus[];
  commitComments: KeptComment[];
  pulls: KeptPull[];
  pullComments: KeptComment[];
  deployments: KeptDeployment[];
  hooks: KeptHook[];
  isGone: boolean;
}

export const world = (): World => ({
  branches: { main: SECOND, 'feature/ä b#1': FIRST },
  tags: { v1: { commit: FIRST }, 'rel/v2': { commit: TAGGED, annotation: 'a'.repeat(40) } },
  messages: { [FIRST]: 'First\n', [SECOND]: 'Second ä\n\nIts body.\n', [TAGGED]: 'Tagged' },
  files: { 'pilot.yaml': 'pilot: shop\n', 'apps/web ä/pilot.yaml': 'pilot: web\n', 'package.json': '{"name":"shop"}' },
  folders: ['apps'],
  changes: [{ path: 'src/a.ts' }, { path: 'docs/new.md', before: 'docs/old.md' }],
  archive: Buffer.from('PK archive of the commit'),
  statuses: [],
  commitComments: [],
  pulls: [
    { number: 7, state: 'open', commit: SECOND, branch: 'feature/ä b#1', updatedAt: '2026-11-21T01:00:00.000Z' },
    { number: 8, state: 'merged', commit: FIRST, branch: 'done', updatedAt: '2026-11-20T01:00:00.000Z' },
    { number: 9, state: 'closed', commit: FIRST, branch: 'not', updatedAt: '2026-11-20T02:00:00.000Z' },
    { number: 10, state: 'open', commit: TAGGED, branch: 'main', fork: 'there', updatedAt: '2026-11-21T02:00:00.000Z' },
  ],
  pullComments: [],
  deployments: [],
  hooks: [],
  isGone: false,
});

/** The commit that an id leads to: that of a commit, or of an annotated tag. */
export const commitBehind = ({ messages, tags }: World, id: string): string | undefined =>
  messages[id] === undefined ? Object.values(tags).find(({ annotation }) => annotation === id)?.commit : id;

/** Those that are open, the latest changed first, as all providers list them where they are asked to. */
export const openOf = ({ pulls }: World): KeptPull[] =>
  pulls.filter(({ state }) => state === 'open').sort((one, other) => other.updatedAt.localeCompare(one.updatedAt));

export const nextId = (kept: readonly unknown[]): number => 100 + kept.length;

/** Says something in a list of comments, or says another thing there. */
export function keep(comments: KeptComment[], text: string, id?: number): KeptComment | undefined {
  const known = comments.find((comment) => comment.id === id);
  if (id !== undefined && !known) return undefined;
  const comment = known ?? { id: nextId(comments), text, version: -1 };
  comment.text = text;
  comment.version++;
  if (!known) comments.push(comment);
  return comment;
}
