import * as z from 'zod/mini';
import type { WebhookReader } from '../told.ts';
import { changeTold, isCommit, noBranch, refOf, requestTold } from './change.ts';
import { count, hash, shaped } from './payload.ts';
import { type Dialect, readingOf, type Tell } from './reading.ts';
import { repositoryName } from './repository.ts';
import { isHexSigned } from './signature.ts';
import { DESCRIPTION_ONLY, ignored, moved, nothingIn } from './words.ts';

const actor = z.nullish(z.object({ name: z.string() }));

const Pushed = z.object({
  actor,
  changes: z.array(z.object({ refId: z.string(), fromHash: hash(), toHash: hash() })),
  toCommit: z.nullish(z.object({ id: hash(), message: z.nullish(z.string()) })),
});

const side = z.object({ displayId: z.string(), latestCommit: hash(), repository: z.object({ id: z.int() }) });

const PullRequest = z.object({
  actor,
  pullRequest: z.object({ id: count(), title: z.string(), fromRef: side, toRef: side }),
});

/** `toCommit` is told where there is one change; it is the commit also where `toHash` is an annotated tag’s own object. */
const pushed: Tell = (payload) =>
  shaped(Pushed, payload, ({ actor: by, changes, toCommit }) => {
    if (changes.length === 0) return [ignored('the push changed no branch and no tag')];
    const only = changes.length === 1 ? toCommit : undefined;
    return changes.map(({ refId, fromHash, toHash }) => {
      const ref = refOf(refId);
      if (!ref) return noBranch(refId);
      const isTag = ref.kind === 'tag';
      const commit = isTag && isCommit(toHash) ? (only?.id ?? toHash) : toHash;
      return changeTold({
        ref,
        commit,
        before: isTag ? undefined : fromHash,
        message: only?.id === commit ? only.message : undefined,
        by: by?.name,
      });
    });
  });

const pullRequest =
  (change: 'opened' | 'changed' | 'closed', merged = false): Tell =>
  (payload) =>
    shaped(PullRequest, payload, ({ actor: by, pullRequest: { id, title, fromRef, toRef } }) => [
      requestTold({
        number: id,
        change,
        merged,
        head: { commit: fromRef.latestCommit, branch: fromRef.displayId },
        base: toRef.displayId,
        isForeign: fromRef.repository.id !== toRef.repository.id,
        title,
        by: by?.name,
      }),
    ]);

const Retargeted = z.object({
  previousTarget: z.object({ displayId: z.string() }),
  pullRequest: z.object({ toRef: z.object({ displayId: z.string() }) }),
});

const modified: Tell = (payload, name) => {
  const { data } = z.safeParse(Retargeted, payload);
  const isOther = data !== undefined && data.previousTarget.displayId !== data.pullRequest.toRef.displayId;
  return isOther ? pullRequest('changed')(payload, name) : [ignored(DESCRIPTION_ONLY)];
};

const place = z.object({ slug: z.string(), project: z.object({ key: z.string() }) });
const Renamed = z.object({ old: place, new: place });

const renamed: Tell = (payload, name) => {
  const { data } = z.safeParse(Renamed, payload);
  const isOther = data && (data.old.slug !== data.new.slug || data.old.project.key !== data.new.project.key);
  return [isOther ? moved(name) : nothingIn('repo:modified')];
};

const repository = z.object({
  slug: z.string(),
  project: z.object({ key: z.string() }),
  links: z.object({ self: z.array(z.object({ href: z.string() })).check(z.minLength(1)) }),
});

const OfPush = z.object({ repository });
const OfRenaming = z.object({ new: repository });
const OfRequest = z.object({ pullRequest: z.object({ toRef: z.object({ repository }) }) });

function repositoryIn(payload: object): string | undefined {
  const found =
    z.safeParse(OfPush, payload).data?.repository ??
    z.safeParse(OfRequest, payload).data?.pullRequest.toRef.repository ??
    z.safeParse(OfRenaming, payload).data?.new;
  return found && repositoryName(found.links.self[0]?.href ?? '', `${found.project.key}/${found.slug}`);
}

/** https://confluence.atlassian.com/bitbucketserver/event-payload-938025882.html; links are told since 5.14. */
const BITBUCKET_SERVER: Dialect = {
  header: 'x-event-key',
  events: new Map<string, Tell>([
    ['repo:refs_changed', pushed],
    ['repo:modified', renamed],
    ['pr:opened', pullRequest('opened')],
    ['pr:from_ref_updated', pullRequest('changed')],
    ['pr:modified', modified],
    ['pr:merged', pullRequest('closed', true)],
    ['pr:declined', pullRequest('closed')],
    ['pr:deleted', pullRequest('closed')],
    ['diagnostics:ping', () => [{ told: 'ping' }]],
  ]),
  repository: repositoryIn,
};

/** Bitbucket Data Center. https://confluence.atlassian.com/bitbucketserver/manage-webhooks-938025878.html */
export const bitbucketServer: WebhookReader = {
  isSigned: ({ headers, body }, secrets) => isHexSigned(headers['x-hub-signature'], body, secrets),
  read: (delivery) => readingOf(delivery, BITBUCKET_SERVER),
};
