import * as z from 'zod/mini';
import type { Told, WebhookReader } from '../told.ts';
import { changeTold, isCommit, noBranch, refOf, requestTold } from './change.ts';
import { count, hash, shaped } from './payload.ts';
import { type Dialect, readingOf, type Tell } from './reading.ts';
import { repositoryName } from './repository.ts';
import { isSame, someFits } from './signature.ts';
import { isSigningKey, isStandardSigned } from './standard-webhooks.ts';
import { DESCRIPTION_ONLY, ignored, moved, nothingIn, RELEASE } from './words.ts';

const SYSTEM_HOOK = 'a system hook tells of all projects: make a webhook of the project instead';

const Push = z.object({
  ref: z.string(),
  before: hash(),
  after: hash(),
  checkout_sha: z.nullish(hash()),
  commits: z.optional(z.array(z.object({ id: z.string(), message: z.string() }))),
  user_username: z.nullish(z.string()),
  user_name: z.nullish(z.string()),
});

const MergeRequest = z.object({
  user: z.nullish(z.object({ username: z.string() })),
  object_attributes: z.object({
    iid: count(),
    title: z.string(),
    source_branch: z.string(),
    target_branch: z.string(),
    source_project_id: z.nullish(z.int()),
    target_project_id: z.int(),
    last_commit: z.object({ id: hash() }),
  }),
});

/** `checkout_sha` is the commit, also of an annotated tag; `after` is then the tag’s own object. */
const push: Tell = (payload) =>
  shaped(Push, payload, ({ ref: fullName, before, after, checkout_sha, commits = [], user_username, user_name }) => {
    const ref = refOf(fullName);
    if (!ref) return [noBranch(fullName)];
    const isTag = ref.kind === 'tag';
    const commit = isTag && isCommit(after) ? (checkout_sha ?? after) : after;
    return [
      changeTold({
        ref,
        commit,
        before: isTag ? undefined : before,
        message: commits.find(({ id }) => id === commit)?.message,
        by: user_username ?? user_name,
      }),
    ];
  });

const CHANGES = new Map<string, 'opened' | 'closed'>([
  ['open', 'opened'],
  ['reopen', 'opened'],
  ['close', 'closed'],
  ['merge', 'closed'],
]);

const Action = z.object({ object_attributes: z.object({ action: z.nullish(z.string()) }) });

/** An update has `oldrev` only where there are other commits. */
const Updated = z.union([
  z.object({ object_attributes: z.object({ action: z.literal('update'), oldrev: hash() }) }),
  z.object({
    object_attributes: z.object({ action: z.literal('update') }),
    changes: z.object({ target_branch: z.object({}) }),
  }),
]);

const mergeRequest: Tell = (payload) =>
  shaped(Action, payload, ({ object_attributes: { action } }) => {
    const change = CHANGES.get(action ?? '') ?? (z.safeParse(Updated, payload).success ? 'changed' : undefined);
    return change === undefined ? [ignored(DESCRIPTION_ONLY)] : requested(payload, change, action === 'merge');
  });

const requested = (payload: object, change: 'opened' | 'changed' | 'closed', merged: boolean): Told[] =>
  shaped(MergeRequest, payload, ({ user, object_attributes: request }) => [
    requestTold({
      number: request.iid,
      change,
      merged,
      head: { commit: request.last_commit.id, branch: request.source_branch },
      base: request.target_branch,
      isForeign: request.source_project_id !== request.target_project_id,
      title: request.title,
      by: user?.username,
    }),
  ]);

const Renamed = z.object({ event_name: z.enum(['project_rename', 'project_transfer']) });
const isRenamed = (payload: object): boolean => z.safeParse(Renamed, payload).success;

const Named = z.object({ project: z.object({ web_url: z.string(), path_with_namespace: z.string() }) });

/** https://docs.gitlab.com/user/project/integrations/webhook_events/ */
const GITLAB: Dialect = {
  header: 'x-gitlab-event',
  events: new Map<string, Tell>([
    ['Push Hook', push],
    ['Tag Push Hook', push],
    ['Merge Request Hook', mergeRequest],
    ['Release Hook', () => [ignored(RELEASE)]],
    ['Project Hook', (payload, name) => [isRenamed(payload) ? moved(name) : nothingIn('Project Hook')]],
    ['System Hook', (payload, name) => [isRenamed(payload) ? moved(name) : ignored(SYSTEM_HOOK)]],
  ]),
  repository: (payload) => {
    const { data } = z.safeParse(Named, payload);
    return data && repositoryName(data.project.web_url, data.project.path_with_namespace);
  },
};

/**
 * GitLab. A secret that begins with `whsec_` is a signing token, whose signature covers the body and the time; another
 * one is the secret token that comes along as it is, which says who sends but not that nothing was altered.
 * https://docs.gitlab.com/user/project/integrations/webhooks/
 * @param now milliseconds since 1970
 */
export const gitlab = (now: () => number): WebhookReader => ({
  isSigned: (delivery, secrets) => {
    const token = delivery.headers['x-gitlab-token'];
    const tokens = secrets.filter((secret) => !secret.startsWith('whsec_'));
    const isToken = typeof token === 'string' && someFits(tokens, (secret) => isSame(secret, token));
    return isStandardSigned(delivery, secrets.filter(isSigningKey), now()) || isToken;
  },
  read: (delivery) => readingOf(delivery, GITLAB),
});
