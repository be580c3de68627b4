import type { DeploymentNow } from '../../../shared/api.ts';

export const ID = 'acme-site_production_20261121T015715Z-3f9a1c2e4b5d';
export const OLD = 'aaaaaaaaaaaaaaaaaaaa';
export const NEW = 'bbbbbbbbbbbbbbbbbbbb';

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 1, 57, 15 + second)).toISOString();

/** A deployment as the api shows it while the named steps have begun, a second apart. */
export function running(steps: string[], more: Partial<DeploymentNow> = {}): DeploymentNow {
  return {
    id: ID,
    pilot: 'acme-site',
    environment: 'production',
    trigger: { kind: 'upload', bucket: 'manifests', key: 'pilots/acme-site/pilot.yaml', version: 'v1' },
    requestedAt: at(0),
    status: 'running',
    steps: Object.fromEntries(steps.map((step, index) => [step, at(index + 1)])),
    ...(steps.length > 0 && { step: steps.at(-1) ?? '' }),
    facts: {},
    release: NEW,
    url: 'https://acme-site.pilots.example.com',
    seconds: steps.length,
    ...more,
  };
}

export const STRAIGHT = ['Validate', 'Queue', 'Prepare', 'Verify', 'Shift', 'Finish', 'Unlock'];

export const succeeded = (more: Partial<DeploymentNow> = {}): DeploymentNow =>
  running(STRAIGHT, {
    status: 'succeeded',
    facts: { files: 3, bytes: 34_600 },
    finishedAt: at(8),
    seconds: 8,
    ending: { status: 'succeeded', serving: NEW },
    ...more,
  });

export const failed = (more: Partial<DeploymentNow> = {}): DeploymentNow => {
  const failure = {
    step: 'Verify',
    outcome: 'failed',
    code: 'VERIFY_INCOMPLETE',
    reason: 'index.html is missing',
  } as const;
  return running(['Validate', 'Queue', 'Prepare', 'Verify', 'Rollback', 'Unlock'], {
    status: 'failed',
    failure,
    finishedAt: at(8),
    seconds: 8,
    ending: { status: 'failed', serving: OLD, failure },
    ...more,
  });
};
