import * as z from 'zod/mini';
import type { ApiAction, ApiRefusal } from '../api.ts';
import { isApiOf, isManifestPath, isPath, isRepository } from '../git/naming.ts';
import { PROVIDERS } from '../git/told.ts';
import { MOST_PILOTS } from '../ledger/connections.ts';
import { PAGE_LIMIT, pageProblem } from '../maintenance.ts';
import { MANIFEST_LIMIT } from '../manifest/text.ts';
import { isEnvironmentName, isPilotName, ofDeployment } from '../names.ts';
import { refusal } from './refusal.ts';

/** How far a caller's clock may be off: ids sort by the time that the caller tells. */
const CLOCK_MINUTES = 2;
const MEANT = {
  pilot: 'a pilot’s name: a to z, digits and single hyphens, beginning with a letter, at most 32',
  environment: 'an environment’s name: a to z and digits, beginning with a letter, at most 16',
  id: 'a deployment’s id such as acme-site_production_20261121T015715Z-3f9a1c2e4b5d',
  release: 'a release, or the first 4 or more of its hex digits',
  request: `the time now, within ${CLOCK_MINUTES} minutes, and a UUID: 2026-11-21T01:57:15Z/<uuid>`,
  requestedBy: 'one line of at most 128 characters',
  force: 'true or false',
  as: 'done or again',
  online: 'true or false',
  inPlace: 'true or false',
  snapshot: 'a snapshot’s name: a to z, digits and single hyphens, beginning with a letter, at most 255',
  page: `plain text or HTML in UTF-8, at most ${PAGE_LIMIT} bytes as JSON`,
  most: 'a whole number from 1 to 100',
  lines: 'a whole number from 1 to 10000',
  since: 'a time such as 2026-11-21T01:57:15.123Z',
  command: 'one to 200 words, together at most 8000 characters',
  seconds: 'a whole number from 5 to 86400',
  accept: 'the token of a list: the seconds since 1970 at which AWS published it',
  provider: PROVIDERS.join(', '),
  repository: 'a repository such as github.com/acme/shop',
  named: 'a repository such as github.com/acme/shop, or acme/shop',
  api: 'the address of the provider’s API: https, and at the repository’s host or below it',
  pilots: `one to ${MOST_PILOTS} pilots, each once, and where in the repository their manifests are`,
  hook: 'the id of a webhook',
  manifest: `the text of a manifest, at most ${MANIFEST_LIMIT} bytes`,
} as const;

const text = (what: keyof typeof MEANT, holds: (value: string) => boolean) =>
  z.string(MEANT[what]).check(z.refine(holds, MEANT[what]));

const isId = (id: string): boolean => ofDeployment(id) !== undefined;
const pilot = text('pilot', isPilotName);
const environment = z.optional(text('environment', isEnvironmentName));
const release = text('release', (name) => /^[0-9a-f]{4,64}$/.test(name));

const requestedBy = z.optional(text('requestedBy', (by) => /^[^\p{Cc}]{1,128}$/u.test(by)));
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html
const snapshot = text('snapshot', (id) => /^(?!.*--)[a-z](?:[a-z0-9-]{0,253}[a-z0-9])?$/i.test(id));
const most = z._default(z.int(MEANT.most).check(z.gte(1, MEANT.most), z.lte(100, MEANT.most)), 20);
const named = text('named', (name) => isRepository(name) || isPath(name));
const place = z.strictObject({ pilot, manifest: z.string(MEANT.pilots).check(z.refine(isManifestPath, MEANT.pilots)) });
const one = { pilot, environment, deployment: z.optional(text('id', isId)), requestedBy };

const Request = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('status'), pilot: z.optional(pilot), environment }),
  z.strictObject({
    action: z.literal('history'),
    pilot,
    environment,
    most,
  }),
  z.strictObject({ action: z.literal('deployment'), id: text('id', isId) }),
  z.strictObject({
    action: z.literal('rollback'),
    pilot,
    environment,
    release: z.optional(release),
    force: z.optional(z.boolean(MEANT.force)),
    online: z.optional(z.boolean(MEANT.online)),
    requestedBy,
    request: text('request', isTimely),
  }),
  z.strictObject({
    action: z.literal('offline'),
    pilot,
    environment,
    page: z.optional(text('page', (page) => pageProblem(page) === undefined)),
    requestedBy,
    request: text('request', isTimely),
  }),
  z.strictObject({ action: z.literal('online'), pilot, environment, requestedBy, request: text('request', isTimely) }),
  z.strictObject({
    action: z.literal('remove'),
    pilot,
    environment: text('environment', isEnvironmentName),
    requestedBy,
    request: text('request', isTimely),
  }),
  z.strictObject({ action: z.literal('cancel'), ...one }),
  z.strictObject({ action: z.literal('retry'), ...one, request: text('request', isTimely) }),
  z.strictObject({
    action: z.literal('logs'),
    pilot,
    environment,
    since: text('since', isTime),
    most: z._default(z.int(MEANT.lines).check(z.gte(1, MEANT.lines), z.lte(10_000, MEANT.lines)), 1_000),
  }),
  z.strictObject({ action: z.literal('shell'), pilot, environment }),
  z.strictObject({
    action: z.literal('run'),
    pilot,
    environment,
    command: z.array(z.string(MEANT.command), MEANT.command).check(z.refine(isCommand, MEANT.command)),
    seconds: z._default(z.int(MEANT.seconds).check(z.gte(5, MEANT.seconds), z.lte(86_400, MEANT.seconds)), 3_600),
    requestedBy,
    request: text('request', isTimely),
  }),
  z.strictObject({ action: z.literal('ran'), pilot, environment, request: text('request', isRequest) }),
  z.strictObject({ action: z.literal('migrations'), pilot, environment }),
  z.strictObject({
    action: z.literal('settle'),
    pilot,
    environment,
    release,
    as: z.enum(['done', 'again'], MEANT.as),
    requestedBy,
  }),
  z.strictObject({ action: z.literal('backups'), pilot, environment }),
  z.strictObject({ action: z.literal('backup'), pilot, environment, requestedBy, request: text('request', isTimely) }),
  z.strictObject({
    action: z.literal('drill'),
    pilot,
    environment,
    snapshot: z.optional(snapshot),
    requestedBy,
    request: text('request', isTimely),
  }),
  z.strictObject({
    action: z.literal('restorable'),
    pilot,
    environment,
    snapshot,
    inPlace: z.optional(z.boolean(MEANT.inPlace)),
  }),
  z.strictObject({
    action: z.literal('restore'),
    pilot,
    environment,
    snapshot,
    requestedBy,
    request: text('request', isTimely),
  }),
  z.strictObject({
    action: z.literal('rewind'),
    pilot,
    environment,
    snapshot,
    requestedBy,
    request: text('request', isTimely),
  }),
  z.strictObject({
    action: z.literal('edge'),
    pilot: z.optional(pilot),
    environment,
    toSync: z.optional(z.literal(true)),
  }),
  z.strictObject({
    action: z.literal('edge-sync'),
    pilot: z.optional(pilot),
    environment,
    accept: z.optional(z.int(MEANT.accept).check(z.gte(100_000_000, MEANT.accept), z.lt(1e12, MEANT.accept))),
    requestedBy,
    request: text('request', isTimely),
  }),
  z.strictObject({ action: z.literal('edge-synced'), request: text('request', isRequest) }),
  z.strictObject({ action: z.literal('connections') }),
  z.strictObject({ action: z.literal('connection'), repository: named }),
  z
    .strictObject({
      action: z.literal('connect'),
      provider: z.enum(PROVIDERS, MEANT.provider),
      repository: text('repository', isRepository),
      api: z.string(MEANT.api).check(z.maxLength(300, MEANT.api)),
      pilots: z
        .array(place, MEANT.pilots)
        .check(z.minLength(1, MEANT.pilots), z.maxLength(MOST_PILOTS, MEANT.pilots), z.refine(areOnce, MEANT.pilots)),
      hook: z.optional(text('hook', (id) => /^[\x21-\x7e]{1,100}$/.test(id))),
      requestedBy,
    })
    .check(
      z.refine(({ provider, repository, api }) => isApiOf(provider, repository, api), {
        error: MEANT.api,
        path: ['api'],
      }),
    ),
  z.strictObject({ action: z.literal('disconnect'), repository: named, requestedBy }),
  z.strictObject({ action: z.literal('pushes'), repository: z.optional(named), most }),
  z.strictObject({ action: z.literal('previews') }),
  z.strictObject({ action: z.literal('live'), pilot, environment }),
  z.strictObject({ action: z.literal('config'), pilot, environment, release: z.optional(release) }),
  z.strictObject({ action: z.literal('check'), pilot, environment, manifest: text('manifest', isSmall) }),
]);
type Request = z.output<typeof Request>;

/** A request of one action, checked and with its defaults. */
export type Asked<Action extends ApiAction> = Extract<Request, { action: Action }>;

function areOnce(places: { pilot: string }[]): boolean {
  return new Set(places.map(({ pilot }) => pilot)).size === places.length;
}

function isSmall(manifest: string): boolean {
  return Buffer.byteLength(manifest) <= MANIFEST_LIMIT;
}

function isCommand(words: string[]): boolean {
  const characters = words.join(' ').length;
  return words.length >= 1 && words.length <= 200 && characters <= 8_000 && !words.some((one) => one.includes('\0'));
}

const REQUEST = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isRequest(request: string): boolean {
  return REQUEST.test(request);
}

function isTimely(request: string): boolean {
  const [, time = ''] = REQUEST.exec(request) ?? [];
  return Math.abs(Date.now() - Date.parse(time)) < CLOCK_MINUTES * 60_000;
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** What is asked, or what is wrong with the question. */
export function readQuestion(event: unknown): { asked: Request } | { refused: ApiRefusal } {
  const { data, error } = Request.safeParse(event);
  return data ? { asked: data } : { refused: misunderstood(error.issues[0], event) };
}

type Issue = { code?: string; path: PropertyKey[]; message: string; keys?: string[] };

function misunderstood(issue: Issue | undefined, event: unknown): ApiRefusal {
  const field = String(issue?.path[0] ?? '');
  if (field === 'action')
    return refusal(
      'ACTION_UNKNOWN',
      'the api knows no such action',
      'status, history, deployment, rollback, offline, online, remove, cancel, retry, logs, shell, run, ran, migrations, settle, backups, backup, drill, restorable, restore, rewind, edge, edge-sync, edge-synced, connections, connection, connect, disconnect, pushes, previews, live, config or check',
    );
  if (issue?.code === 'unrecognized_keys')
    return refusal('REQUEST_UNKNOWN_FIELD', `the request has fields that mean nothing: ${issue.keys?.join(', ')}`);
  // Into these somebody may have pasted a secret.
  const shown = field === 'manifest' || field === 'api' ? '' : ` ${JSON.stringify(Object(event)[field])}`;
  const given = field in Object(event) ? `${field}${shown}`.slice(0, 100) : '';
  const message = given ? `${given} cannot be` : `the request has no ${field || 'content'}`;
  return refusal('REQUEST_INVALID', message, issue?.message);
}
