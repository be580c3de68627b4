import { transact } from '../../shared/aws/table.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { takeLock } from '../../shared/ledger/lock.ts';
import { manifestPlanned } from '../../shared/ledger/manifests.ts';
import { releaseLive } from '../../shared/ledger/releases.ts';
import type { Plan } from '../../shared/targets/target.ts';
import { resolve } from '../preview/samples.ts';
import type { Stage } from '../support/stage.ts';

/** A pilot whose releases migrate its database, as the steps before Migrate leave it. */
export const PILOT = 'acme-shop';

const HEAD = `apiVersion: pilotage/v1
name: ${PILOT}
target: ecs
source: { image: acme/shop@sha256:${'0'.repeat(64)} }
`;
export const OWN = 'database: {}\n';
export const ELSEWHERE = 'database: { url: "secret:db" }\n';
export const MIGRATIONS = 'migrations: { command: [db, upgrade], timeout: 10m }\n';
/** What brings the database's schema to a version, and takes it back. */
export const reversibleTo = (version: string): string =>
  `migrations: { command: [db, upgrade], reversible: [db, downgrade], timeout: 10m, version: ${version} }\n`;

const listener = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:listener/app/p/1/2';

export function planFor(release: string): Plan {
  const stack = {
    Cluster: 'c',
    ExecutionRole: 'arn:aws:iam::000000000000:role/e',
    TaskRole: 'arn:aws:iam::000000000000:role/t',
    Logs: `/pilots/${PILOT}/production`,
    Subnets: 'subnet-1,subnet-2',
    TargetsGroup: 'sg-1',
    Listener: listener,
    BlueTargets: 'blue',
    GreenTargets: 'green',
    DatabaseId: `${PILOT}-production`,
  };
  const detail = {
    ...{ image: 'acme/shop@sha256:0', port: 3000, cpu: 256, memory: 512, architecture: 'arm64', launch: 'fargate' },
    ...{ user: '1000', readOnly: false, stopTimeout: 30, variables: {}, secrets: {} },
  };
  return { target: 'ecs', pilot: PILOT, environment: 'production', release, url: '', summary: {}, detail, stack };
}

const POLICY = { rollout: { steps: [100], bake: 0 }, retention: { releases: 5, days: 30 }, level: 'all' as const };

/** A deployment of a release that has the lock, with what was settled for it. */
export async function deploymentOf(stage: Stage, release: string, manifest: string): Promise<Deployment> {
  const accepted = await stage.upload(PILOT, `${HEAD}${manifest}`);
  return ready(stage, accepted, release, manifest);
}

/** A rollback to a release that is kept. */
export async function rollbackTo(stage: Stage, release: string, manifest: string, more: { force?: boolean } = {}) {
  return ready(stage, await stage.askRollback(PILOT, release, more), release, manifest);
}

async function ready(stage: Stage, { id }: Deployment, release: string, manifest: string): Promise<Deployment> {
  const plan = planFor(release);
  await transact([manifestPlanned(plan, resolve(`${HEAD}${manifest}`))]);
  const at = new Date(Date.now() + 60_000).toISOString().slice(0, 19);
  const { fence } = await takeLock({ id, pilot: PILOT, environment: 'production', at });
  return stage.given(id, { plan, policy: POLICY, fence });
}

/** A release that was live. */
export const wasLive = (release: string) => transact(releaseLive(planFor(release), POLICY));
