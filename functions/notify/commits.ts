import type { Events } from '../../shared/events.ts';
import { type GitHost, HostTrouble } from '../../shared/git/host.ts';
import { pullRequestOf } from '../../shared/git/previews/pull-of.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { findDeployment, listDeployments } from '../../shared/ledger/deployments.ts';
import { logOf } from '../../shared/log.ts';
import {
  endStatus,
  inTheRepository,
  type Push,
  problemsComment,
  progressStatus,
  pushStatuses,
  shownDeployment,
} from '../../shared/notify/commit-status.ts';
import { keepTold } from '../../shared/notify/keep-told.ts';
import { tellOnce } from '../../shared/notify/once.ts';
import { withoutSecretsInside } from '../../shared/notify/redact.ts';
import { type BusEvent, type Told, toldByRow } from '../../shared/notify/told.ts';

const log = logOf('notify-commits');
const CHANNEL = 'commit';
/** How far back it is looked for a newer deployment of the same commit. */
const RECENT = 50;

/**
 * Shows at a commit what becomes of its push: a status for each deployment, and a comment where something is to be corrected;
 * and at a pull request how its previews stand.
 */
export async function handler(event: BusEvent): Promise<void> {
  try {
    await (event['detail-type'] === 'PushRead'
      ? tellPush(event.detail as Events['PushRead'])
      : tellDeployment(event.detail as { deployment: string }));
  } catch (error) {
    if (!isOfNoUse(error)) throw error;
    log.warn('the commit was not told', { error: error.message, detail: event.detail });
  }
}

/** Whether asking again would not help: the token may not do it, or the commit is gone. */
const isOfNoUse = (error: unknown): error is HostTrouble =>
  error instanceof HostTrouble && ['denied', 'missing'].includes(error.fault);

async function tellDeployment({ deployment: id }: { deployment: string }): Promise<void> {
  const first = await findDeployment(id);
  if (!first) return;
  const told = await Promise.allSettled([tellCommit(first), tellPullRequest(first)]);
  const failed = told.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (failed.length > 0) throw failed.find((error) => !isOfNoUse(error)) ?? failed[0];
}

/** A preview is told of at its pull request as well, in one comment, whichever of its deployments this is. */
async function tellPullRequest(deployment: Deployment): Promise<void> {
  const { pilot, environment } = deployment;
  const of = await pullRequestOf(deployment);
  if (!of) return;
  const { tellPreview } = await import('../../shared/git/previews/tell.ts');
  await tellPreview({ pilot, environment, connection: of.connection, number: of.number });
}

async function tellCommit(first: Deployment): Promise<void> {
  const { id } = first;
  const host = await hostOf(first);
  if (!host) return;
  await keepTold({
    deployment: id,
    channel: CHANNEL,
    warn: (error) => log.warn('progress was not shown', { deployment: id, error: error.message }),
    look: async () => {
      const row = (await findDeployment(id)) ?? first;
      const told = toldByRow(row);
      return {
        end: told !== undefined,
        send: async () => {
          if (row.trigger.kind === 'remove') return told?.event === 'DeploymentSucceeded' ? hide(host, row) : undefined;
          if (!(await isOvertaken(row))) await tellStatus(host, row, told);
          await show(host, row, told);
        },
      };
    },
  });
}

/** A retry, say, tells of the same commit under the same name: what was asked for before it and is told late says nothing any more. */
async function isOvertaken({ pilot, environment, trigger, requestedAt }: Deployment): Promise<boolean> {
  const { commit } = trigger as Push;
  const recent = await listDeployments(pilot, environment, RECENT);
  return recent.some(
    (other) => other.trigger.kind === 'push' && other.trigger.commit === commit && other.requestedAt > requestedAt,
  );
}

async function tellStatus(host: GitHost, row: Deployment, told: Told | undefined): Promise<void> {
  const trigger = row.trigger as Push;
  await host.setStatus(trigger.commit, told ? endStatus(told) : progressStatus(withoutSecretsInside(row)));
  if (told?.event !== 'Rejected') return;
  const problems = inTheRepository(told.problems, trigger);
  await comment(host, trigger.commit, `${told.pilot}/${told.environment}`, problems);
}

/** What had gone live before an environment was removed serves no more. */
async function hide(host: GitHost, { pilot, environment, requestedAt }: Deployment): Promise<void> {
  const recent = await listDeployments(pilot, environment, RECENT);
  const before = recent.filter((other) => other.trigger.kind === 'push' && other.requestedAt < requestedAt);
  const live = before.find(({ status }) => status === 'succeeded');
  if (live) await show(host, live, toldByRow(live), 'inactive');
}

/** Whose deployments could not be shown, by connection: that is logged once. */
const unshown = new Set<string>();

/** Statuses count: a token that is for them alone, or a deployment that is refused, keeps nobody waiting. */
async function show(host: GitHost, row: Deployment, told: Told | undefined, state?: 'inactive'): Promise<void> {
  try {
    await host.showDeployment?.({ ...shownDeployment(withoutSecretsInside(row), told), ...(state && { state }) });
  } catch (error) {
    if (!(error instanceof HostTrouble) || ['limited', 'unavailable'].includes(error.fault)) throw error;
    const { connection, repository } = row.trigger as Push;
    if (!unshown.has(connection)) log.warn('deployments are not shown', { repository, error: error.message });
    unshown.add(connection);
  }
}

/** Undefined where it was not asked for by a repository, or that is no longer connected. */
async function hostOf(deployment: Deployment): Promise<GitHost | undefined> {
  const { trigger } = deployment;
  const connection = trigger.kind === 'push' ? trigger.connection : (await pullRequestOf(deployment))?.connection;
  return connection === undefined ? undefined : connected(connection);
}

async function connected(id: string): Promise<GitHost | undefined> {
  const [{ findConnection }, { hostFor }] = await Promise.all([
    import('../../shared/ledger/connections.ts'),
    import('../../shared/git/connected.ts'),
  ]);
  const connection = await findConnection(id);
  return connection && hostFor(connection);
}

/** A push that asked for a deployment is told of by that; here is what could not become one. */
async function tellPush({ push, connection, repository, commit, outcome, wrong = [] }: Events['PushRead']) {
  const problems = 'problems' in outcome ? (outcome.problems ?? []) : [];
  if (problems.length === 0) return;
  const host = await connected(connection);
  if (!host) return;
  await tellOnce(push, CHANNEL, async () => {
    for (const status of pushStatuses(wrong)) await host.setStatus(commit, withoutSecretsInside(status));
    await comment(host, commit, repository, problems);
  });
}

async function comment(host: GitHost, commit: string, what: string, problems: Parameters<typeof problemsComment>[0]) {
  const text = problemsComment(withoutSecretsInside(problems), what);
  if (text) await host.commentOnCommit(commit, `pilotage:${what}`, text);
}
