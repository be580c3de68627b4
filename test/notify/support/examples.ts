import type { Context } from 'aws-lambda';
import type { EventName, Events } from '../../../shared/events.ts';
import type { Deployment } from '../../../shared/ledger/deployment.ts';
import type { BusEvent } from '../../../shared/notify/told.ts';

/** Deployments and events of a made-up pilot, to vary in tests. */

let made = 0;

/** An id that no other test uses. */
export function freshId(): string {
  made += 1;
  return `acme-site_production_20261121T015715Z-${made.toString(16).padStart(12, '0')}`;
}

export const NEW = '1111111111aaaaaaaaaa';
export const OLD = '2222222222bbbbbbbbbb';

export const about = (deployment: string) => ({ deployment, pilot: 'acme-site', environment: 'production' });

const trigger = {
  kind: 'upload',
  bucket: 'manifests',
  key: 'pilots/acme-site/pilot.yaml',
  version: 'v1',
  requestedBy: 'dev@example.com',
} as const;

export const ending = (deployment: string) => ({
  ...about(deployment),
  trigger,
  release: NEW,
  serving: OLD as string | null,
  url: 'https://acme-site.pilots.example.com',
  commit: 'f00dcafe',
  level: 'all' as 'all' | 'failures',
  seconds: 65,
  facts: { release: NEW, files: 12, bytes: 34_567 },
});

export function event<Name extends EventName>(name: Name, detail: Events[Name]): BusEvent {
  return { id: 'event', source: 'pilotage', 'detail-type': name, detail, time: '2026-11-21T01:58:20Z' };
}

export const succeeded = (id: string, vary: Partial<Events['DeploymentSucceeded']> = {}): BusEvent =>
  event('DeploymentSucceeded', { ...ending(id), serving: NEW, alreadyLive: false, ...vary });

export const failed = (id: string, vary: Partial<Events['DeploymentFailed']> = {}): BusEvent =>
  event('DeploymentFailed', {
    ...ending(id),
    step: 'Shift',
    code: 'POINTER_MOVED',
    reason: 'somebody else moved the pointer',
    rolledBack: true,
    ...vary,
  });

export const rejected = (id: string, vary: Partial<Events['Rejected']> = {}): BusEvent =>
  event('Rejected', {
    ...ending(id),
    problems: [
      {
        code: 'MANIFEST_UNKNOWN_KEY',
        message: 'there is no key traget',
        expected: 'target',
        place: { file: 'pilot.yaml', line: 3, column: 1 },
      },
    ],
    ...vary,
  });

export const started = (id: string, step: string): BusEvent => event('StepStarted', { ...about(id), step });

/** A deployment in the middle of Prepare. */
export function running(id: string, vary: Partial<Deployment> = {}): Deployment {
  return {
    id,
    pilot: 'acme-site',
    environment: 'production',
    trigger,
    requestedAt: '2026-11-21T01:57:15.000Z',
    acceptedAt: '2026-11-21T01:57:15.000Z',
    status: 'running',
    step: 'Prepare',
    steps: {
      Prepare: '2026-11-21T01:57:18.000Z',
      Validate: '2026-11-21T01:57:16.000Z',
      Queue: '2026-11-21T01:57:17.000Z',
    },
    facts: { release: NEW, files: 12 },
    policy: {
      level: 'all',
      commit: 'f00dcafe',
      rollout: { steps: [100], bake: 0 },
      retention: { releases: 5, days: 30 },
    },
    ...vary,
  };
}

/** The same, succeeded. */
export const finished = (id: string, vary: Partial<Deployment> = {}): Deployment =>
  running(id, {
    status: 'succeeded',
    step: 'Unlock',
    finishedAt: '2026-11-21T01:58:20.000Z',
    ending: { status: 'succeeded', serving: NEW },
    ...vary,
  });

export const context = {
  awsRequestId: 'request',
  functionName: 'notify',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:notify',
  memoryLimitInMB: '256',
  getRemainingTimeInMillis: () => 30_000,
} as Context;
