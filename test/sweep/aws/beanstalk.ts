import {
  type Account,
  arnOf,
  type Environment,
  openAccount,
  setHealth,
  standing,
  type Version,
} from '../../../local/beanstalk/account.ts';
import { environmentOf, resize, swapCnames } from '../../../local/beanstalk/environments.ts';
import { operationNamed, statusOf } from '../../../local/beanstalk/model.ts';
import { OPERATIONS } from '../../../local/beanstalk/operations.ts';
import { invalid, Refusal } from '../../../local/beanstalk/refusal.ts';
import { readRequest, type Values, writeAnswer, writeError } from '../../../local/beanstalk/wire.ts';
import { ACCOUNT, REGION } from '../names.ts';
import type { Worker } from '../worker.ts';
import { type Led, leadingOf } from './beanstalk-leading.ts';
import { workOf } from './beanstalk-work.ts';
import { type Operation, type Reply, type Service, textOf } from './call.ts';
import type { Around } from './cloudformation.ts';
import type { Run } from './ecs/state.ts';
import type { Shape } from './query.ts';

/** All that Elastic Beanstalk knows. Plain data. */
export interface Beanstalk extends Pick<Account, 'applications' | 'environments' | 'events'> {
  /** The host that visitors are led to; once a stack tells it. */
  host?: string;
  /** All leader commands that ran. */
  led: Led[];
}

export const noBeanstalk = (): Beanstalk => ({
  applications: new Map(),
  environments: [],
  events: [],
  led: [],
});

export interface Environments extends Service {
  now: Beanstalk;
  /** Whether instances are well with a version. */
  isWell: (version: Version) => boolean;
  /** The zip of a version. */
  bundleOf: (version: Version) => Uint8Array | undefined;
  /** With which code a leader command ends. */
  exitOf: (run: Run) => number;
  /** Auto Scaling’s groups of these environments, and another size for one of them, where it is there and may have that. */
  groups: { find(ids: string[], stale: boolean): Shape[]; size(name: string, desired: number): boolean };
  /** The environment that has the address grows to so many instances, which are there at once. */
  visitedBy(instances: number): void;
  /** All environments of a version turn red. */
  sicken(isIts: (version: Version) => boolean): void;
  /** Called after each change of an environment or of an application's tags; `by` whom, where it was not by itself. */
  watch: (by?: Worker) => void;
  /** Called before an environment is terminated. */
  watchRemoval: (environment: Environment, by: Worker) => void;
}

/** Milliseconds that a read may be behind, and that a swap takes. */
const BEHIND_MS = 5_000;
const SWAP_MS = [1_000, 3_000] as const;
/** A swap to which nobody answers is done within seconds of when its client gave up, or not at all. */
const SWAP_LATE_MS = [5_000, 6_000] as const;

const WRITES = /^(?:Create|Update|Terminate|Swap|Delete)/;
const MAY_BE_STALE = /^(?:Describe(?:Applications|Environments|ApplicationVersions)|ListTagsForResource)$/;
const XML = { 'content-type': 'text/xml' };

/**
 * Elastic Beanstalk as `local/` stands in for it, in virtual time: each operation takes its time, meanwhile others
 * are refused, and reads may be behind.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_Operations.html
 */
export function beanstalkOf(around: Around, now: Beanstalk = noBeanstalk()): Environments {
  const { clock, random, tell } = around;
  const account = openAccount({ ...now, region: REGION, id: ACCOUNT });
  let before = structuredClone(now);
  let changedAt = Number.NEGATIVE_INFINITY;
  const changing = () => {
    before = structuredClone(now);
    changedAt = clock.now();
  };
  const changed = ({ application, name, status, health }: Environment) => {
    port.watch();
    tell({
      bus: 'default',
      source: 'aws.elasticbeanstalk',
      'detail-type': 'Elastic Beanstalk resource status change',
      resources: [arnOf(account, 'environment', `${application}/${name}`)],
      detail: { EnvironmentName: name, Status: status, Health: health },
    });
  };
  const leading = leadingOf(around, now.led, {
    bundleOf: (version) => port.bundleOf(version),
    exitOf: (run) => port.exitOf(run),
  });
  account.work = workOf(around, { account, isWell: (version) => port.isWell(version), leading, changing, changed });

  /** An operation of seconds, during which neither can be changed otherwise. */
  function swap(asked: Values, by: Worker): void {
    const pair = [asked.SourceEnvironmentId, asked.DestinationEnvironmentId].map((id) => environmentOf(account, id));
    for (const { name, status } of pair)
      if (status !== 'Ready')
        throw invalid(`Environment named ${name} is in an invalid state for this operation. Must be Ready.`);
    for (const one of pair) Object.assign(one, { status: 'Updating', updatedAt: new Date() });
    clock.after(random.whole(...SWAP_MS), () => {
      changing();
      for (const one of pair) Object.assign(one, { status: 'Ready', updatedAt: new Date() });
      swapCnames(account, asked);
      port.watch(by);
    });
  }

  function carryOut(name: string, asked: Values, by: Worker, stale: boolean): Values {
    const act = OPERATIONS[name];
    if (!act) throw new Error(`Elastic Beanstalk's ${name} is not known here`);
    if (!WRITES.test(name))
      return act(stale && clock.now() - changedAt < BEHIND_MS ? { ...account, ...before } : account, asked);
    changing();
    if (name === 'TerminateEnvironment') {
      const found = environmentOf(account, asked.EnvironmentId);
      if (found.status !== 'Terminating') port.watchRemoval(found, by);
    }
    if (name === 'SwapEnvironmentCNAMEs') {
      swap(asked, by);
      return {};
    }
    const answer = act(account, asked);
    port.watch(by);
    return answer;
  }

  const nameOf = (id: unknown) => standing(account).find((one) => one.id === id)?.name ?? 'nothing';
  const aboutOf = (asked: Values): string =>
    [
      ...[asked.EnvironmentId, asked.SourceEnvironmentId, asked.DestinationEnvironmentId]
        .filter((id) => id !== undefined)
        .map(nameOf),
      asked.EnvironmentName ?? asked.ApplicationName,
      asked.VersionLabel ?? asked.VersionLabels,
      asked.ResourceArn,
      (asked.TagsToAdd as { Key: string; Value: string }[] | undefined)?.map(({ Key, Value }) => `${Key} ${Value}`),
    ]
      .filter((part) => part !== undefined)
      .join(' ');

  /** As large as its group is to be from now on; the instances come or go in their time. */
  async function size(one: Environment, desired: number): Promise<void> {
    changing();
    await resize(account, one, desired);
    changed(one);
  }

  const port: Environments = {
    name: 'beanstalk',
    now,
    isWell: () => true,
    bundleOf: () => undefined,
    exitOf: () => 0,
    groups: {
      find: (ids, stale) =>
        standing(stale && clock.now() - changedAt < BEHIND_MS ? { ...account, ...before } : account)
          .filter(({ id, status }) => ids.includes(id) && status !== 'Launching')
          .map(groupShape),
      size(name, desired) {
        const one = standing(account).find((environment) => groupOf(environment) === name);
        if (!one || desired < limitOf(one, 'MinSize') || desired > limitOf(one, 'MaxSize')) return false;
        void size(one, desired);
        return true;
      },
    },
    visitedBy(instances) {
      const holder = standing(account).find(({ cname }) => cname === now.host);
      if (holder) void size(holder, instances);
    },
    sicken(isIts) {
      changing();
      for (const one of standing(account)) {
        const version = account.applications.get(one.application)?.versions.get(one.version);
        if (!version || !isIts(version)) continue;
        setHealth(one, 'Red', ['100.0 % of the requests are failing with HTTP 5xx.']);
        changed(one);
      }
    },
    watch: () => undefined,
    watchRemoval: () => undefined,
    isAt: (hostname) => hostname.startsWith('elasticbeanstalk.'),
    error: { status: 500, headers: XML, body: writeError('InternalFailure', 'InternalFailure') },
    throttled: { status: 400, headers: XML, body: writeError('Throttling', 'Rate exceeded') },
    read({ body }): Operation {
      const form = new URLSearchParams(textOf(body));
      const name = form.get('Action') ?? '';
      const model = modelOf(name);
      const asked = readRequest(form, model.input);
      return {
        service: 'beanstalk',
        name,
        about: aboutOf(asked),
        writes: WRITES.test(name),
        ...(MAY_BE_STALE.test(name) && { mayBeStale: true }),
        ...(name === 'SwapEnvironmentCNAMEs' && { sentOnce: SWAP_LATE_MS }),
        apply: (by, stale = false): Reply => {
          try {
            const answer = carryOut(name, asked, by, stale);
            return { status: 200, headers: XML, body: writeAnswer(name, model.output, answer) };
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            return { status: statusOf(error.code) ?? 400, headers: XML, body: writeError(error.code, error.message) };
          }
        },
      };
    },
  };
  return port;
}

const groupOf = ({ id }: Environment): string => `awseb-${id}-stack-AWSEBAutoScalingGroup`;

const limitOf = ({ settings }: Environment, which: 'MinSize' | 'MaxSize'): number =>
  Number(settings[`aws:autoscaling:asg:${which}`] ?? 1);

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html */
const groupShape = (one: Environment): Shape => ({
  AutoScalingGroupName: groupOf(one),
  MinSize: limitOf(one, 'MinSize'),
  MaxSize: limitOf(one, 'MaxSize'),
  DesiredCapacity: one.desired,
  Tags: [{ Key: 'elasticbeanstalk:environment-id', Value: one.id }],
});

const models = new Map<string, ReturnType<typeof operationNamed>>();

/** Put together once for each operation: that takes long. */
function modelOf(name: string) {
  const model = models.get(name) ?? operationNamed(name);
  if (!model) throw new Error(`Elastic Beanstalk has no ${name}`);
  models.set(name, model);
  return model;
}
