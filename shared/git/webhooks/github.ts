import * as z from 'zod/mini';
import type { Told, WebhookReader } from '../told.ts';
import { changeTold, isCommit, noBranch, refOf, requestTold } from './change.ts';
import { count, hash, shaped } from './payload.ts';
import { type Dialect, readingOf, type Tell } from './reading.ts';
import { repositoryName } from './repository.ts';
import { isHexSigned } from './signature.ts';
import { DESCRIPTION_ONLY, ignored, moved, nothingIn, RELEASE, SAME_AS_PUSH } from './words.ts';

const person = z.nullish(z.object({ login: z.string() }));

const Push = z.object({
  ref: z.string(),
  before: hash(),
  after: hash(),
  forced: z.optional(z.boolean()),
  head_commit: z.nullish(z.object({ id: hash(), message: z.string() })),
  sender: person,
});

const side = z.object({ ref: z.string(), sha: hash(), repo: z.nullish(z.object({ id: z.int() })) });

const PullRequest = z.object({
  number: count(),
  pull_request: z.object({ title: z.string(), merged: z.nullish(z.boolean()), head: side, base: side }),
  sender: person,
});

/** A branch’s commit is `after`. For an annotated tag that is the tag’s own object, and `head_commit` what it points to. */
const push: Tell = (payload) =>
  shaped(Push, payload, ({ ref: fullName, before, after, forced, head_commit, sender }) => {
    const ref = refOf(fullName);
    if (!ref) return [noBranch(fullName)];
    const isTag = ref.kind === 'tag';
    const commit = isTag && isCommit(after) ? (head_commit?.id ?? after) : after;
    return [
      changeTold({
        ref,
        commit,
        before: isTag ? undefined : before,
        forced,
        message: head_commit?.message,
        by: sender?.login,
      }),
    ];
  });

const CHANGES = new Map<string, 'opened' | 'changed' | 'closed'>([
  ['opened', 'opened'],
  ['reopened', 'opened'],
  ['synchronize', 'changed'],
  ['closed', 'closed'],
]);

const Action = z.object({ action: z.string() });
const Retargeted = z.object({ action: z.literal('edited'), changes: z.object({ base: z.object({}) }) });

const pullRequest: Tell = (payload) =>
  shaped(Action, payload, ({ action }) => {
    const change = CHANGES.get(action) ?? (z.safeParse(Retargeted, payload).success ? 'changed' : undefined);
    return change === undefined ? [ignored(DESCRIPTION_ONLY)] : requested(payload, change);
  });

const requested = (payload: object, change: 'opened' | 'changed' | 'closed'): Told[] =>
  shaped(PullRequest, payload, ({ number, pull_request: { title, merged, head, base }, sender }) => [
    requestTold({
      number,
      change,
      merged: merged === true,
      head: { commit: head.sha, branch: head.ref },
      base: base.ref,
      isForeign: !head.repo || head.repo.id !== base.repo?.id,
      title,
      by: sender?.login,
    }),
  ]);

const Renamed = z.object({ action: z.enum(['renamed', 'transferred']) });

const repositoryEvent: Tell = (payload, repository): Told[] => [
  z.safeParse(Renamed, payload).success ? moved(repository) : nothingIn('repository'),
];

const Named = z.object({ repository: z.object({ html_url: z.string(), full_name: z.string() }) });

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const GITHUB: Dialect = {
  header: 'x-github-event',
  events: new Map<string, Tell>([
    ['push', push],
    ['pull_request', pullRequest],
    ['ping', () => [{ told: 'ping' }]],
    ['repository', repositoryEvent],
    ['release', () => [ignored(RELEASE)]],
    ['create', () => [ignored(SAME_AS_PUSH)]],
    ['delete', () => [ignored(SAME_AS_PUSH)]],
  ]),
  repository: (payload) => {
    const { data } = z.safeParse(Named, payload);
    return data && repositoryName(data.repository.html_url, data.repository.full_name);
  },
};

/**
 * GitHub and GitHub Enterprise Server. Only `X-Hub-Signature-256` counts: the one with SHA-1 is never looked at.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export const github: WebhookReader = {
  isSigned: ({ headers, body }, secrets) => isHexSigned(headers['x-hub-signature-256'], body, secrets),
  read: (delivery) => readingOf(delivery, GITHUB),
};
