import type { Environment } from '../../aws/beanstalk.ts';
import { type InstanceHealth, listFailures, listInstances, readCauses } from '../../aws/beanstalk-health.ts';
import type { Plan } from '../target.ts';
import { type Detail, detailOf } from './detail.ts';
import { madeOf } from './next.ts';
import { isGoing } from './seen.ts';

/** Whether an environment could take traffic; what is missing, or why it never will, in words. */
export type Wellness = { is: 'well' } | { is: 'waiting'; progress: string } | { is: 'broken'; reason: string };

/** What AWS says of an environment that is not well. */
export interface Told {
  instances: InstanceHealth[];
  causes: string[];
  /** Its events that tell of failures since the release came to it, oldest first. */
  failures: string[];
}

const GOOD: readonly string[] = ['Ok', 'Info'];
const BAD: readonly string[] = ['Degraded', 'Severe'];

/**
 * Asks AWS as much as it takes to judge an environment.
 * @param least so many instances have to run, where that is more than the manifest says.
 */
export async function wellnessOf(plan: Plan, environment: Environment, least = 0): Promise<Wellness> {
  const { scaling, ...rest } = detailOf(plan);
  const detail = { ...rest, scaling: { ...scaling, min: Math.max(scaling.min, least) } };
  const nothing = { instances: [], causes: [], failures: [] };
  if (environment.status !== 'Ready') return judge(environment, plan.release, nothing, detail, new Date());
  const instances = await listInstances(environment);
  const found = judge(environment, plan.release, { ...nothing, instances }, detail, new Date());
  if (found.is === 'well') return found;
  const [causes, failures] = await Promise.all([
    readCauses(environment),
    listFailures(environment, madeOf(environment)?.since),
  ]);
  return judge(environment, plan.release, { instances, causes, failures }, detail, new Date());
}

/**
 * An environment is well when it is ready, its enhanced health is good, and all its instances run exactly this release.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html
 */
export function judge(environment: Environment, release: string, told: Told, detail: Detail, now: Date): Wellness {
  const { name, status, health, healthStatus, changedAt } = environment;
  if (isGoing(status)) return broken(`${name} is being terminated`);
  if (status !== 'Ready') return waiting(`${name} is ${status.toLowerCase()}`);
  if (environment.version !== release) return waiting(`${name} still has another release`);

  const { instances, failures } = told;
  const running = instances.filter(({ version, deployed }) => version === release && deployed === 'Deployed');
  const bad = instances.find((one) => BAD.includes(one.status));
  const isGood = health === 'Green' && GOOD.includes(healthStatus) && !bad;
  const counted = `${running.length} of ${Math.max(instances.length, detail.scaling.min)} instances run it`;
  if (isGood && running.length >= detail.scaling.min && running.length === instances.length) return { is: 'well' };

  const why = [...told.causes, ...(bad?.causes ?? [])].filter((text, index, all) => all.indexOf(text) === index);
  const words = `${name} is ${healthStatus} (${health}), ${counted}${why.length > 0 ? `: ${why.join('; ')}` : ''}`;
  if (failures[0]) return broken(`${failures[0]} (${words})`);
  const graceEnds = changedAt.getTime() + detail.health.grace * 1000;
  const isBad = health === 'Red' || BAD.includes(healthStatus);
  return isBad && now.getTime() > graceEnds ? broken(words) : waiting(words);
}

const waiting = (progress: string): Wellness => ({ is: 'waiting', progress });
const broken = (reason: string): Wellness => ({ is: 'broken', reason });
