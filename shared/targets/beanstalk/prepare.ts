import { deployVersion, type Environment, type Setting, terminateEnvironment } from '../../aws/beanstalk.ts';
import { listFailures } from '../../aws/beanstalk-health.ts';
import { findVersion } from '../../aws/beanstalk-versions.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { done, type Failed, failed, type Outcome, parked } from '../../outcome.ts';
import { databaseVariables } from '../database.ts';
import type { Lease, Live, Plan } from '../target.ts';
import { bringApplication } from './application.ts';
import { bundleRelease } from './bundle.ts';
import { createOnce } from './create-once.ts';
import { detailOf, versionOf } from './detail.ts';
import { FENCED } from './held.ts';
import { configurationOf, describe, madeOf, type Next, nextOf, PATIENCE_MS } from './next.ts';
import { type Seen, see } from './seen.ts';
import { settingsOf } from './settings.ts';
import { type Stack, stackOf } from './stack.ts';
import { bringStandby } from './standby.ts';
import { troubleOf } from './trouble.ts';
import { secretArns } from './variables.ts';
import { wellnessOf } from './well.ts';

const SOON_MS = 15_000;
/** A bundle is read within seconds. */
const READING_MS = 5_000;
/** What passes has passed by then. */
const PASSING_MS = 20 * 60_000;

/**
 * Brings the environment that does not serve to where it runs the release and is well. Each change is one
 * call, after which it parks until Elastic Beanstalk has carried it out. What serves is not touched.
 */
export async function prepare(plan: Plan, _live: Live, lease: Lease): Promise<Outcome> {
  try {
    return await bring(plan, lease);
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    return 'passes' in trouble ? passing(plan, trouble.passes, error) : trouble;
  }
}

/** Waits from when the release was made an application version; for one that was made long ago, the workflow tries again. */
async function passing(plan: Plan, passes: string, error: unknown): Promise<Outcome> {
  const made = await findVersion(detailOf(plan).application, plan.release);
  if (!made || Date.now() > made.createdAt.getTime() + PASSING_MS) throw error;
  return until(passes, made.createdAt, PASSING_MS);
}

async function bring(plan: Plan, lease: Lease): Promise<Outcome> {
  const stack = stackOf(plan);
  const seen = await see(plan);
  const foreign = await bringApplication(plan, seen.application);
  if (foreign) return foreign;
  const bundled = await bundleRelease(plan, stack);
  if (bundled !== 'ready')
    return 'processing' in bundled
      ? until('Elastic Beanstalk to read the bundle', bundled.processing, PASSING_MS, READING_MS)
      : bundled;

  const detail = detailOf(plan);
  const variables = { ...detail.variables, ...databaseVariables(plan, detail.database) };
  const settings = settingsOf({ ...detail, variables }, stack, secretArns(plan, stack));
  const configuration = configurationOf(detail.platform, settings);
  const next = nextOf(seen, plan, configuration, lease, new Date());
  if ('outcome' in next) return next;
  if (!(await lease.holds())) return FENCED;
  // Both take minutes: neither waits for the other.
  const standby = await bringStandby(plan, seen, stack, lease);
  if (standby?.outcome === 'failed') return standby;
  const wanted = { settings, description: describe({ configuration, by: lease.deployment, since: new Date() }) };
  const outcome = await act(plan, seen, stack, wanted, next);
  return outcome.outcome === 'done' && standby ? standby : outcome;
}

async function act(
  plan: Plan,
  seen: Seen,
  stack: Stack,
  wanted: { settings: Setting[]; description: string },
  next: Next,
): Promise<Outcome> {
  const { application, platform } = detailOf(plan);
  switch (next.next) {
    case 'create': {
      const { name } = next;
      const { operationsRole } = stack;
      const version = plan.release;
      const made = { application, name, version, platform, operationsRole, tags: ownerTags(plan), ...wanted };
      return (await createOnce(made)) ?? until(`${name} to be launched`);
    }
    case 'deploy':
      await deployVersion(next.environment, plan.release, wanted.description);
      return until(`the release to be deployed to ${next.environment.name}`);
    case 'replace':
      await terminateEnvironment(next.environment);
      return until(`the older ${next.environment.name} to be terminated`);
    case 'wait': {
      const { name, status, changedAt } = next.environment;
      return until(`${name}, which is ${status.toLowerCase()}`, changedAt);
    }
    case 'judge':
      return judged(plan, seen, next.environment);
    case 'tell': {
      const [reason = 'Elastic Beanstalk says no more'] = await listFailures(
        next.environment,
        madeOf(next.environment)?.since,
      );
      return givenUp(plan, next.environment, reason);
    }
  }
}

async function judged(plan: Plan, { holder }: Seen, environment: Environment): Promise<Outcome> {
  const found = await wellnessOf(plan, environment);
  switch (found.is) {
    case 'well': {
      const [old, now] = [holder?.platform ?? '', environment.platform].map(versionOf);
      const isUpdate =
        old && holder?.platform.replace(/[^/]*$/, '') === environment.platform.replace(/[^/]*$/, '') && old !== now;
      return done({ environment: environment.name, platform: isUpdate ? `${now}, ${old} before` : (now ?? '') });
    }
    case 'waiting':
      if (Date.now() <= environment.changedAt.getTime() + PATIENCE_MS)
        return until(`the release to be well: ${found.progress}`, environment.changedAt);
      // It has stood there since an older deployment, and is not well any more.
      await terminateEnvironment(environment);
      return until(`the older ${environment.name} to be terminated`);
    case 'broken':
      return givenUp(plan, environment, found.reason);
  }
}

/** Its logs stay. Kept, it can be looked at; the next deployment replaces it. */
async function givenUp(plan: Plan, environment: Environment, reason: string): Promise<Failed> {
  if (detailOf(plan).idle === 'terminate') await terminateEnvironment(environment);
  return failed('RELEASE_BROKEN', reason);
}

/** @param since when Elastic Beanstalk began with it: waiting anew makes the wait no longer. */
const until = (awaits: string, since = new Date(), patience = PATIENCE_MS, soon = SOON_MS): Outcome =>
  parked(awaits, new Date(since.getTime() + patience), new Date(Date.now() + soon));
