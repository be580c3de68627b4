import { concludedAs, endingOf, terminalEvent, warningsOf } from '../shared/ending.ts';
import type { Deployment } from '../shared/ledger/deployment.ts';
import type { Live, Plan } from '../shared/targets/target.ts';

const plan: Plan = {
  target: 'static',
  pilot: 'acme',
  environment: 'production',
  release: 'new',
  url: 'https://acme.example.com',
  summary: {},
  detail: {},
};
const blue: Live = { release: 'old', weights: { old: 100 }, fence: 1 };
const green: Live = { release: 'new', weights: { new: 100 }, fence: 2 };
const deployment: Deployment = {
  id: 'acme_production_20261121T000000Z-000000000000',
  pilot: 'acme',
  environment: 'production',
  trigger: { kind: 'upload', bucket: 'b', key: 'pilots/acme/pilot.yaml', version: 'v' },
  requestedAt: '2026-11-21T00:00:00.000Z',
  acceptedAt: '2026-11-21T00:00:00.000Z',
  status: 'running',
  steps: {
    Validate: '2026-11-21T00:00:01.000Z',
    Queue: '2026-11-21T00:00:02.000Z',
    Prepare: '2026-11-21T00:00:03.000Z',
  },
  facts: {},
  plan,
};

describe('how a deployment ended', () => {
  it('is succeeded when nothing failed', () => {
    expect(endingOf(deployment, undefined, green)).toEqual({ status: 'succeeded', serving: 'new' });
  });

  it.each([
    ['refused', { outcome: 'refused' as const, problems: [{ code: 'X', message: 'x' }] }, 'rejected'],
    ['superseded', { outcome: 'superseded' as const, by: 'other' }, 'superseded'],
    ['failed', { outcome: 'failed' as const, code: 'X', reason: 'x' }, 'failed'],
  ])('a step that %s makes it so', (_, outcome, status) => {
    const failure = { step: 'Prepare', ...outcome };
    expect(endingOf({ ...deployment, failure }, undefined, blue)).toEqual({ status, serving: 'old', failure });
  });

  it('names the step that was at work when only the machine saw the failure', () => {
    const steps = { ...deployment.steps, Rollback: '2026-11-21T00:00:04.000Z', Unlock: '2026-11-21T00:00:05.000Z' };
    const ending = endingOf({ ...deployment, steps }, { Error: 'States.Timeout', Cause: '' }, blue);
    expect(ending).toMatchObject({ status: 'failed', failure: { step: 'Prepare', code: 'DEADLINE' } });
  });

  it('gives the reason out of what a step answered', () => {
    const caught = { Error: 'Unexpected', Cause: JSON.stringify({ reason: 'the bucket is on fire' }) };
    expect(endingOf(deployment, caught, blue).failure).toMatchObject({
      code: 'UNEXPECTED',
      reason: 'the bucket is on fire',
    });
  });

  it('is succeeded when only tidying up failed: the release is live', () => {
    const steps = { ...deployment.steps, Finish: '2026-11-21T00:00:09.000Z' };
    expect(endingOf({ ...deployment, steps }, { Error: 'Unexpected', Cause: '{}' }, green).status).toBe('succeeded');
  });

  it('says so first when the rollback did not finish and the failed release still gets traffic', () => {
    const failure = { step: 'Shift', outcome: 'failed' as const, code: 'POINTER_MOVED', reason: 'moved' };
    const mixed: Live = { release: 'old', weights: { old: 90, new: 10 }, fence: 2 };
    const ending = endingOf({ ...deployment, before: blue, failure }, undefined, mixed);
    expect(ending.failure).toMatchObject({
      code: 'ROLLBACK_FAILED',
      reason: expect.stringContaining('10 % of the traffic'),
    });
  });

  it('knows that nothing serves when nothing is known of the pilot', () => {
    const { plan: _, ...unplanned } = deployment;
    expect(endingOf(unplanned, undefined, undefined).serving).toBeNull();
  });

  it('tells what serves from what was done when the pointer could not be read', () => {
    const failure = { step: 'Prepare', outcome: 'failed' as const, code: 'X', reason: 'x' };
    expect(endingOf(deployment, undefined, undefined).serving).toBe('new');
    expect(endingOf({ ...deployment, before: blue, failure }, undefined, undefined).serving).toBe('old');
  });
});

describe('what somebody has to know although it is over', () => {
  const touched = { one: { added: ['Queue', 'Topic'] }, two: { changed: ['Logs', 'Queue'] } };
  const provisioned = { ...deployment, facts: { stack: 'changed' }, touched };

  it.each(['failed', 'cancelled', 'rejected'] as const)(
    'is that the stack keeps what a deployment that %s changed',
    (status) => {
      expect(warningsOf({ ...provisioned, status })).toEqual({
        Provision: expect.stringMatching(
          /^the stack keeps what this deployment changed in it: 2 resources added, 1 changed \(pilot plan --live /,
        ),
      });
    },
  );

  it('is that the stack is being changed, where the deployment ended before it was what it was to be', () => {
    expect(warningsOf({ ...provisioned, facts: {}, status: 'cancelled' })?.Provision).toBe(
      'CloudFormation was told to change the stack for this deployment, which is not taken back: 2 resources added, 1 changed',
    );
  });

  it('is nothing where the stack was not touched, or is what it was to be', () => {
    expect(warningsOf({ ...provisioned, touched: {}, status: 'failed' })).toBeUndefined();
    expect(warningsOf({ ...provisioned, status: 'succeeded' })).toBeUndefined();
    expect(warningsOf({ ...provisioned, status: 'running' })).toBeUndefined();
  });

  it('is what the steps warned of, beside that', () => {
    const warned = { ...provisioned, warnings: { Revert: 'it was not taken back' } };
    expect(warningsOf({ ...warned, status: 'succeeded' })).toEqual({ Revert: 'it was not taken back' });
    expect(Object.keys(warningsOf({ ...warned, status: 'failed' }) ?? {}).sort()).toEqual(['Provision', 'Revert']);
  });
});

describe('the terminal event', () => {
  const ended = (ending: Deployment['ending'], more: Partial<Deployment> = {}) =>
    terminalEvent({ ...deployment, finishedAt: '2026-11-21T00:00:42.000Z', ...(ending && { ending }), ...more });

  it('tells release, URL, duration and what serves', () => {
    const [name, detail] = ended({ status: 'succeeded', serving: 'new' });
    expect(name).toBe('DeploymentSucceeded');
    expect(detail).toMatchObject({ release: 'new', url: plan.url, seconds: 42, serving: 'new', alreadyLive: false });
  });

  it('tells step, code and reason of a failure, and whether traffic was given back', () => {
    const failure = { step: 'Verify', outcome: 'failed' as const, code: 'RELEASE_BROKEN', reason: 'a file is missing' };
    const [name, detail] = ended({ status: 'failed', serving: 'old', failure }, { rolledBack: true });
    expect(name).toBe('DeploymentFailed');
    expect(detail).toMatchObject({
      step: 'Verify',
      code: 'RELEASE_BROKEN',
      reason: 'a file is missing',
      rolledBack: true,
    });
  });

  it('tells what was warned of', () => {
    const failure = { step: 'Verify', outcome: 'failed' as const, code: 'X', reason: 'x' };
    const [, detail] = ended(
      { status: 'failed', serving: 'old', failure },
      { status: 'failed', facts: { stack: 'changed' }, touched: { one: { removed: ['Topic'] } } },
    );
    expect(detail.warnings?.Provision).toContain('1 resource removed');
    expect(ended({ status: 'succeeded', serving: 'new' }, { status: 'succeeded' })[1]).not.toHaveProperty('warnings');
  });

  it('lets the execution succeed exactly when the deployment did', () => {
    expect(concludedAs({ ...deployment, ending: { status: 'succeeded', serving: 'new' } }).outcome).toBe('done');
    expect(concludedAs({ ...deployment, ending: { status: 'superseded', serving: 'old' } }).outcome).toBe('ended');
  });
});
