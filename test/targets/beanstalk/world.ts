import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Account, type Environment, openAccount, standing } from '../../../local/beanstalk/account.ts';
import { type Service, startService } from '../../../local/beanstalk/service.ts';
import { done, type Outcome } from '../../../shared/outcome.ts';
import { beanstalkWith } from '../../../shared/targets/beanstalk/beanstalk.ts';
import type { Live, Plan, PlanRequest, Target } from '../../../shared/targets/target.ts';
import { leaseUnder } from '../../support/lease.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { zipOf } from '../../support/zip.ts';
import { MANIFESTS, makeBucket, s3Of, useEmulator } from '../lambda/world.ts';

export const REGION = 'us-east-1';
export const PLATFORM = 'Node.js 24 running on 64bit Amazon Linux 2023';

/** What the stack of a pilot tells. */
export const stackOf = (pilot: string): Record<string, string> => ({
  LiveHost: `${pilot}-production--000000000000.${REGION}.elasticbeanstalk.com`,
  Network: 'vpc-1',
  InstanceSubnets: 'subnet-3,subnet-4',
  PublicSubnets: 'subnet-1,subnet-2',
  FrontGroup: 'sg-front',
  InstancesGroup: 'sg-instances',
  InstanceProfile: `${pilot}-production--instances`,
  ServiceRole: `arn:aws:iam::000000000000:role/${pilot}-production--health`,
  OperationsRole: `arn:aws:iam::000000000000:role/${pilot}-production--operations`,
  Releases: MANIFESTS,
});

/** An account with Elastic Beanstalk in it, and the target as the workflow uses it. */
export interface World {
  account: Account;
  service: Service;
  /** Its stack’s outputs are in its plans, and what parks is run again while it goes on. */
  target: Target;
  /** How long a rollback waited, milliseconds. */
  pauses: number[];
  request(pilot: string, content: string, more?: Record<string, unknown>): Promise<PlanRequest>;
  plan(pilot: string, content: string, more?: Record<string, unknown>): Promise<Plan>;
  /** Plans, prepares and shifts. */
  deploy(
    pilot: string,
    content: string,
    fence: number,
    more?: Record<string, unknown>,
  ): Promise<{ plan: Plan; before: Live }>;
  /** The environment that visitors of the pilot are led to. */
  holder(pilot: string): Environment | undefined;
  /** One of the pilot's environments: `blue`, `green`, `offline`. */
  environment(pilot: string, part: string): Environment | undefined;
  served(pilot: string): Promise<string | null>;
  asked(action: string): number;
  close(): Promise<void>;
}

export async function openWorld(given: Partial<Account> = {}): Promise<World> {
  useEmulator();
  await makeBucket();
  const account = openAccount(given);
  const service = await startService(account);
  process.env.AWS_ENDPOINT_URL_ELASTIC_BEANSTALK = service.url;
  const pauses: number[] = [];
  const bare = beanstalkWith(async (milliseconds) => pauses.push(milliseconds));
  const target: Target = {
    ...bare,
    plan: async (request) => {
      const plan = await bare.plan(request);
      return 'outcome' in plan ? plan : { ...plan, stack: stackOf(request.pilot) };
    },
    prepare: (plan, live, lease) => settled(() => bare.prepare(plan, live, lease)),
    prepareOffline: (plan, page, lease) => settled(async () => bare.prepareOffline?.(plan, page, lease) ?? done()),
  };
  const holder: World['holder'] = (pilot) => standing(account).find(({ cname }) => cname === stackOf(pilot).LiveHost);
  const world: World = {
    account,
    service,
    target,
    pauses,
    request,
    async plan(pilot, content, more) {
      const plan = await target.plan(await request(pilot, content, more));
      if ('outcome' in plan) throw new Error(JSON.stringify(plan.problems));
      return plan;
    },
    async deploy(pilot, content, fence, more) {
      const plan = await world.plan(pilot, content, more);
      const before = await target.live(plan);
      const lease = leaseUnder(fence);
      expect(await target.prepare(plan, before, lease)).toMatchObject({ outcome: 'done' });
      expect(await target.look(plan)).toEqual({ state: 'ready' });
      expect(await target.shift(plan, before, 100, lease)).toMatchObject({ outcome: 'done', facts: { weight: 100 } });
      return { plan, before };
    },
    holder,
    environment: (pilot, part) => standing(account).find(({ name }) => name === `${pilot}-production--${part}`),
    async served(pilot) {
      const environment = holder(pilot);
      const bundle = account.applications.get(environment?.application ?? '')?.versions.get(environment?.version ?? '');
      return bundle ? contentOf(bundle.bundle) : null;
    },
    asked: (action) => service.journal.filter((one) => one.action === action).length,
    close: () => service.close(),
  };
  return world;
}

async function request(pilot: string, content: string, more: Record<string, unknown> = {}): Promise<PlanRequest> {
  const folder = `pilots/${pilot}`;
  const artifact = `release-${content}.zip`;
  const Body = await zipOf({ 'package.json': '{}', [`content-${content}.txt`]: content });
  await s3Of().send(new PutObjectCommand({ Bucket: MANIFESTS, Key: `${folder}/${artifact}`, Body }));
  const manifest = resolvedFrom({
    apiVersion: 'pilotage/v1',
    name: pilot,
    target: 'beanstalk',
    source: { artifact },
    beanstalk: { platform: PLATFORM },
    ...more,
  });
  return { pilot, environment: 'production', manifest, from: { bucket: MANIFESTS, key: `${folder}/pilot.yaml` } };
}

/** By the name of a file in it; what serves while nothing is live has no content. */
async function contentOf({ bucket, key }: { bucket: string; key: string }): Promise<string | null> {
  const { Body } = await s3Of().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  return /content-(\w+)\.txt/.exec(bytes.toString('latin1'))?.[1] ?? null;
}

/** Runs a step again while it parks, as the workflow does, until it parks for the same thing again and again. */
export async function settled(run: () => Promise<Outcome>): Promise<Outcome> {
  let outcome = await run();
  for (let looks = 0; looks < 8 && outcome.outcome === 'parked'; looks += 1) {
    // Work that is done at once is done a moment after its answer.
    await pause(1);
    outcome = await run();
  }
  return outcome;
}
