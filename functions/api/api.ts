import * as z from 'zod/mini';
import type { ApiAction, ApiAnswer, ApiRefusal, ApiRequest, DeploymentView, PilotStatus } from '../../shared/api.ts';
import { secondsOf } from '../../shared/ending.ts';
import { type Deployment, findDeployment, listDeployments, listPilots } from '../../shared/ledger/deployments.ts';
import { findRunning } from '../../shared/ledger/parking.ts';
import { listReleases, type Release } from '../../shared/ledger/releases.ts';
import { logOf } from '../../shared/log.ts';
import { DEFAULT_ENVIRONMENT, isEnvironmentName, isPilotName, ofDeployment, requestId } from '../../shared/names.ts';
import { targetNamed } from '../../shared/targets/index.ts';

const log = logOf('api');

/** How far a caller's clock may be off: ids sort by the time that the caller tells. */
const CLOCK_MINUTES = 15;
const MOST_NAMES = 20;

const MEANT = {
  pilot: 'a pilot’s name: a to z, digits and single hyphens, beginning with a letter, at most 32',
  environment: 'an environment’s name: a to z and digits, beginning with a letter, at most 16',
  id: 'a deployment’s id such as acme-site_production_20261121T015715Z-3f9a1c2e4b5d',
  release: 'a release, or the first 4 or more of its hex digits',
  request: `the time now, within ${CLOCK_MINUTES} minutes, and a UUID: 2026-11-21T01:57:15Z/<uuid>`,
  requestedBy: 'one line of at most 128 characters',
  most: 'a whole number from 1 to 100',
} as const;

const text = (what: keyof typeof MEANT, holds: (value: string) => boolean) =>
  z.string(MEANT[what]).check(z.refine(holds, MEANT[what]));

const pilot = text('pilot', isPilotName);
const environment = z.optional(text('environment', isEnvironmentName));

const Request = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('status'), pilot: z.optional(pilot), environment }),
  z.strictObject({
    action: z.literal('history'),
    pilot,
    environment,
    most: z._default(z.int(MEANT.most).check(z.gte(1, MEANT.most), z.lte(100, MEANT.most)), 20),
  }),
  z.strictObject({ action: z.literal('deployment'), id: text('id', (id) => ofDeployment(id) !== undefined) }),
  z.strictObject({
    action: z.literal('rollback'),
    pilot,
    environment,
    release: z.optional(text('release', (name) => /^[0-9a-f]{4,64}$/.test(name))),
    requestedBy: z.optional(text('requestedBy', (by) => /^[^\p{Cc}]{1,128}$/u.test(by))),
    request: text('request', isTimely),
  }),
]);
type Request = z.output<typeof Request>;

function isTimely(request: string): boolean {
  const [, time = ''] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(request) ??
    [];
  return Math.abs(Date.now() - Date.parse(time)) < CLOCK_MINUTES * 60_000;
}

/** Answers the CLI and the console. What is wrong with a question is an answer too; thrown is what nobody expects. */
export async function handler(event: ApiRequest): Promise<ApiAnswer<ApiAction>> {
  const { data, error } = Request.safeParse(event);
  if (!data) return misunderstood(error.issues[0], event);
  switch (data.action) {
    case 'status':
      return status(data);
    case 'history':
      return history(data);
    case 'deployment':
      return deployment(data);
    case 'rollback':
      return rollback(data);
  }
}

const refusal = (code: string, message: string, expected?: string): ApiRefusal => ({
  ok: false,
  code,
  message,
  ...(expected && { expected }),
});

type Issue = { code?: string; path: PropertyKey[]; message: string; keys?: string[] };

function misunderstood(issue: Issue | undefined, event: unknown): ApiRefusal {
  const field = String(issue?.path[0] ?? '');
  if (field === 'action')
    return refusal('ACTION_UNKNOWN', 'the api knows no such action', 'status, history, deployment or rollback');
  if (issue?.code === 'unrecognized_keys')
    return refusal('REQUEST_UNKNOWN_FIELD', `the request has fields that mean nothing: ${issue.keys?.join(', ')}`);
  const given = field in Object(event) ? `${field} ${JSON.stringify(Object(event)[field])}`.slice(0, 100) : '';
  const message = given ? `${given} cannot be` : `the request has no ${field || 'content'}`;
  return refusal('REQUEST_INVALID', message, issue?.message);
}

type Asked<Action extends ApiAction> = Extract<Request, { action: Action }>;

async function status({ pilot, environment }: Asked<'status'>): Promise<ApiAnswer<'status'>> {
  const all = await listPilots();
  const asked = all.filter(
    (one) => (!pilot || one.pilot === pilot) && (!environment || one.environment === environment),
  );
  if (pilot && asked.length === 0) return stranger(all, pilot, environment);
  const answer = await Promise.all(asked.map(statusOf));
  return { ok: true, answer: answer.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) };
}

const nameOf = ({ pilot, environment }: PilotStatus) => `${pilot} ${environment}`;

async function statusOf({ pilot, environment }: { pilot: string; environment: string }): Promise<PilotStatus> {
  const [[kept], [last]] = await Promise.all([
    listReleases(pilot, environment),
    listDeployments(pilot, environment, 1),
  ]);
  const about = { pilot, environment, ...(last && { last: viewOf(last) }) };
  if (!kept) return about;
  try {
    return { ...about, url: kept.plan.url, live: await liveOf(kept) };
  } catch (error) {
    // The others can still be told of.
    log.error('the pointer could not be read', { pilot, environment, error });
    return { ...about, url: kept.plan.url, trouble: `what is live could not be read: ${(error as Error).message}` };
  }
}

const liveOf = async ({ plan }: Release) => (await targetNamed(plan.target)).live(plan);

async function history({
  pilot,
  environment = DEFAULT_ENVIRONMENT,
  most,
}: Asked<'history'>): Promise<ApiAnswer<'history'>> {
  const found = await listDeployments(pilot, environment, most);
  if (found.length === 0) return stranger(await listPilots(), pilot, environment);
  return { ok: true, answer: found.map(viewOf) };
}

async function deployment({ id }: Asked<'deployment'>): Promise<ApiAnswer<'deployment'>> {
  const [found, running] = await Promise.all([findDeployment(id), findRunning(id)]);
  if (!found) return refusal('DEPLOYMENT_UNKNOWN', `no deployment ${id} was accepted`);
  const { awaits, deadline } = running?.parked ?? {};
  return { ok: true, answer: { ...viewOf(found), ...(awaits && deadline && { waiting: { awaits, deadline } }) } };
}

/** Asks for a rollback. The same request again is the same deployment, whatever is live by then. */
async function rollback(asked: Asked<'rollback'>): Promise<ApiAnswer<'rollback'>> {
  const { pilot, environment = DEFAULT_ENVIRONMENT, request, requestedBy } = asked;
  const id = requestId(pilot, environment, request);
  const before = await findDeployment(id);
  if (before?.trigger.kind === 'rollback')
    return { ok: true, answer: { deployment: id, release: before.trigger.release } };

  const releases = await listReleases(pilot, environment);
  if (releases.length === 0 && (await listDeployments(pilot, environment, 1)).length === 0)
    return stranger(await listPilots(), pilot, environment);
  const chosen = await choose(asked, environment, releases);
  if (!chosen.ok) return chosen;

  const { release } = chosen;
  const { publish } = await import('../../shared/aws/bus.ts');
  await publish('DeploymentRequested', {
    deployment: id,
    pilot,
    environment,
    requestedAt: new Date(request.split('/')[0] ?? '').toISOString(),
    trigger: { kind: 'rollback', release, request, ...(requestedBy && { requestedBy }) },
  });
  log.info('a rollback was asked for', { deployment: id, release, requestedBy });
  return { ok: true, answer: { deployment: id, release } };
}

/** The one release that is meant, of those whose files are still there and that were live once. */
async function choose(
  { pilot, release }: Asked<'rollback'>,
  environment: string,
  releases: Release[],
): Promise<{ ok: true; release: string } | ApiRefusal> {
  const kept = releases.filter(({ liveAt }) => liveAt);
  const live = kept[0] && (await liveOf(kept[0])).release;
  const found = kept.filter((one) => (release ? one.release.startsWith(release) : one.release !== live));
  if (found[0] && (!release || found.length === 1)) return { ok: true, release: found[0].release };

  const names = kept.map((one) => `${one.release}${one.release === live ? ' (live)' : ''}`);
  const where = `${pilot} in ${environment}`;
  const expected = names.length > 0 ? `one of ${listed(names)}` : 'a release that was live once; none is kept';
  if (!release) return refusal('RELEASE_UNKNOWN', `${where} has no other release to go back to`, expected);
  const message =
    found.length > 1
      ? `several releases of ${where} begin with ${release}`
      : `no release ${release} of ${where} is kept`;
  return refusal('RELEASE_UNKNOWN', message, expected);
}

function stranger(all: { pilot: string; environment: string }[], pilot: string, environment?: string): ApiRefusal {
  const environments = all.filter((one) => one.pilot === pilot).map((one) => one.environment);
  if (environments.length > 0)
    return refusal(
      'ENVIRONMENT_UNKNOWN',
      `${pilot} was never deployed to ${environment}`,
      `one of ${listed(environments)}`,
    );
  const names = [...new Set(all.map((one) => one.pilot))].sort();
  return refusal(
    'PILOT_UNKNOWN',
    `no pilot is named ${pilot}`,
    names.length > 0 ? `one of ${listed(names)}` : 'a pilot that was deployed once; none was so far',
  );
}

function listed(names: string[]): string {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function viewOf(deployment: Deployment): DeploymentView {
  const { id, pilot, environment, trigger, requestedAt, status, steps, facts, plan, policy } = deployment;
  const { step, progress, alreadyLive, shifted, rolledBack, finishedAt, ending } = deployment;
  const failure = ending?.failure ?? deployment.failure;
  const known = { step, progress, alreadyLive, shifted, failure, rolledBack, finishedAt, ending };
  const settled = { release: plan?.release, url: plan?.url, target: plan?.target, commit: policy?.commit };
  const view = { id, pilot, environment, trigger, requestedAt, status, steps, facts, seconds: secondsOf(deployment) };
  return { ...view, ...present(known), ...present(settled) };
}

type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

const present = <T extends object>(values: T): Present<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
