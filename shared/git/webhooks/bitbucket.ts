import * as z from 'zod/mini';
import type { Told, WebhookReader } from '../told.ts';
import { changeTold, requestTold } from './change.ts';
import { count, hash, shaped } from './payload.ts';
import { type Dialect, readingOf, type Tell } from './reading.ts';
import { repositoryName } from './repository.ts';
import { isHexSigned } from './signature.ts';
import { ignored, moved, nothingIn } from './words.ts';

const actor = z.nullish(z.object({ nickname: z.nullish(z.string()), display_name: z.nullish(z.string()) }));

const state = z.object({
  type: z.string(),
  name: z.string(),
  target: z.object({ hash: hash(), message: z.nullish(z.string()) }),
});

/** `truncated` is about the list of commits, which nobody needs: the head is told in any case. */
const change = z.object({ old: z.nullable(state), new: z.nullable(state), forced: z.optional(z.boolean()) });

const Push = z.object({ actor, push: z.object({ changes: z.array(change) }) });

/** The commits of pull requests are told by their first 12 digits. */
const short = z.string().check(z.regex(/^[0-9a-f]{7,64}$/));
const repository = z.nullish(z.object({ full_name: z.string() }));

const PullRequest = z.object({
  actor,
  pullrequest: z.object({
    id: count(),
    title: z.string(),
    source: z.object({ branch: z.object({ name: z.string() }), commit: z.object({ hash: short }), repository }),
    destination: z.object({ branch: z.object({ name: z.string() }), repository }),
  }),
});

const push: Tell = (payload) =>
  shaped(Push, payload, ({ actor: by, push: { changes } }) => {
    if (changes.length === 0) return [ignored('the push changed no branch and no tag')];
    return changes.map((one) => changed(one, by?.nickname ?? by?.display_name));
  });

function changed(one: z.output<typeof change>, by: string | null | undefined): Told {
  const { type, name } = one.new ?? one.old ?? { type: '', name: '' };
  if (type !== 'branch' && type !== 'tag') return ignored('what was pushed is neither a branch nor a tag');
  return changeTold({
    ref: { kind: type, name },
    commit: one.new?.target.hash,
    before: one.old?.target.hash,
    forced: one.forced,
    message: one.new?.target.message,
    by,
  });
}

const pullRequest =
  (what: 'opened' | 'changed' | 'closed', merged = false): Tell =>
  (payload) =>
    shaped(PullRequest, payload, ({ actor: by, pullrequest: { id, title, source, destination } }) => [
      requestTold({
        number: id,
        change: what,
        merged,
        head: { commit: source.commit.hash, branch: source.branch.name },
        base: destination.branch.name,
        isForeign: !source.repository || source.repository.full_name !== destination.repository?.full_name,
        title,
        by: by?.nickname ?? by?.display_name,
      }),
    ]);

const Renamed = z.object({
  changes: z.union([z.object({ name: z.object({}) }), z.object({ full_name: z.object({}) })]),
});

const updated: Tell = (payload, name) => [
  z.safeParse(Renamed, payload).success ? moved(name) : nothingIn('repo:updated'),
];

const Named = z.object({
  repository: z.object({ full_name: z.string(), links: z.object({ html: z.object({ href: z.string() }) }) }),
});

/** https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/ */
const BITBUCKET: Dialect = {
  header: 'x-event-key',
  events: new Map<string, Tell>([
    ['repo:push', push],
    ['repo:updated', updated],
    ['repo:transfer', (_, name) => [moved(name)]],
    ['pullrequest:created', pullRequest('opened')],
    ['pullrequest:updated', pullRequest('changed')],
    ['pullrequest:fulfilled', pullRequest('closed', true)],
    ['pullrequest:rejected', pullRequest('closed')],
  ]),
  repository: (payload) => {
    const { data } = z.safeParse(Named, payload);
    return data && repositoryName(data.repository.links.html.href, data.repository.full_name);
  },
};

/** Bitbucket Cloud. https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/ */
export const bitbucket: WebhookReader = {
  isSigned: ({ headers, body }, secrets) => isHexSigned(headers['x-hub-signature'], body, secrets),
  read: (delivery) => readingOf(delivery, BITBUCKET),
};
