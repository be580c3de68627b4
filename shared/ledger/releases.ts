import { type Key, list, transact, update, type Write } from '../aws/table.ts';
import type { Plan } from '../targets/target.ts';
import type { Policy } from './deployment.ts';
import { partition } from './keys.ts';
import { manifestKey, manifestLive } from './manifests.ts';

/** A release that was prepared; once it was live it is kept, so that a rollback is one move of the pointer. */
export interface Release {
  release: string;
  plan: Plan;
  policy: Policy;
  preparedAt: string;
  /** When it went live last; absent when it never did. */
  liveAt?: string;
  /** When it went live for the first time; absent also where that was before Pilotage kept it. */
  firstLiveAt?: string;
}

/** A release that never went live is cleared away after this long; a retry until then finds it half done. */
const NEVER_LIVE_HOURS = 24;

const releaseKey = (pilot: string, environment: string, release: string): Key => ({
  pk: partition(pilot, environment),
  sk: `RELEASE#${release}`,
});

/** The releases whose files are there, the one that was live last first. */
export async function listReleases(pilot: string, environment: string): Promise<Release[]> {
  const rows = await list<Release & Key>(partition(pilot, environment), 'RELEASE#');
  return rows.sort((a, b) => (b.liveAt ?? '').localeCompare(a.liveAt ?? ''));
}

/** Records a release before its first file is written, so that nothing half done is forgotten. */
export async function recordPrepared(plan: Plan, policy: Policy): Promise<void> {
  await update({
    key: releaseKey(plan.pilot, plan.environment, plan.release),
    update: 'SET #release = :release, #plan = :plan, policy = :policy, preparedAt = :now',
    names: { '#release': 'release', '#plan': 'plan' },
    values: { ':release': plan.release, ':plan': plan, ':policy': policy, ':now': new Date().toISOString() },
  });
}

/** The writes that record a release as live, for the transaction in which its deployment ends well. */
export function releaseLive(plan: Plan, policy: Policy): Write[] {
  const release: Write = {
    key: releaseKey(plan.pilot, plan.environment, plan.release),
    update:
      'SET #release = :release, #plan = :plan, policy = :policy, preparedAt = if_not_exists(preparedAt, :now), liveAt = :now, firstLiveAt = if_not_exists(firstLiveAt, :now)',
    names: { '#release': 'release', '#plan': 'plan' },
    values: { ':release': plan.release, ':plan': plan, ':policy': policy, ':now': new Date().toISOString() },
  };
  return [release, manifestLive(plan)];
}

/** From now on they can no longer be gone back to: their files are about to be removed. */
export async function withdrawReleases(plan: Plan, releases: string[]): Promise<void> {
  for (const release of releases) {
    await update({
      key: releaseKey(plan.pilot, plan.environment, release),
      update: 'REMOVE liveAt',
      condition: 'attribute_exists(pk)',
    });
  }
}

export async function forgetReleases({ pilot, environment }: Plan, releases: string[]): Promise<void> {
  for (const release of releases)
    await transact([
      { remove: releaseKey(pilot, environment, release) },
      { remove: manifestKey({ pilot, environment, release }) },
    ]);
}

/**
 * Which releases have had their time: kept ones beyond the count *and* older
 * than the days, and those that never went live after a day. Never one that
 * serves or that a rollback would go back to.
 */
export function releasesToRetire(
  releases: Release[],
  policy: Policy['retention'],
  inUse: (string | undefined)[],
  now: Date,
): string[] {
  const before = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();
  const idle = releases.filter(({ release }) => !inUse.includes(release));
  const outlived = idle
    .filter(({ liveAt }) => liveAt)
    .slice(policy.releases)
    .filter(({ liveAt = '' }) => liveAt < before(policy.days * 24));
  const abandoned = idle.filter(({ liveAt, preparedAt }) => !liveAt && preparedAt < before(NEVER_LIVE_HOURS));
  return [...outlived, ...abandoned].map(({ release }) => release);
}
