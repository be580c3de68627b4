import { randomUUID } from 'node:crypto';
import { handler } from '../../../functions/api/api.ts';
import { handler as start } from '../../../functions/entrances/start.ts';
import { handler as watchdog } from '../../../functions/parking/watchdog.ts';
import type { ApiAction, ApiAnswer, ApiRequest } from '../../../shared/api.ts';
import { update } from '../../../shared/aws/table.ts';
import { connectionId } from '../../../shared/ledger/connections.ts';
import { endDeployment } from '../../../shared/ledger/course.ts';
import { accept as accepted } from '../../../shared/ledger/deployments.ts';
import { runningKey } from '../../../shared/ledger/keys.ts';
import { claimPreview } from '../../../shared/ledger/preview-claiming.ts';
import { findPreview, type Preview } from '../../../shared/ledger/previews.ts';
import { requestId } from '../../../shared/names.ts';
import { askRemoval, PREVIEW } from '../../support/removal.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const ask = <Action extends ApiAction>(question: Extract<ApiRequest, { action: Action }>) =>
  handler(question) as Promise<ApiAnswer<Action>>;
const request = () => `${new Date().toISOString()}/${randomUUID()}`;
const question = (environment = PREVIEW) =>
  ({ action: 'remove', pilot: 'acme', environment, request: request() }) as const;
const requested = () => stage.events.flatMap(({ name, detail }) => (name === 'DeploymentRequested' ? [detail] : []));
const accept = (detail: unknown) => start({ detail } as Parameters<typeof start>[0]);

describe('asked to remove a preview', () => {
  it('asks for it, once for each request, whatever became of it by then', async () => {
    await askRemoval(stage, 'acme');
    const asked = { ...question(), requestedBy: 'ada@laptop' };
    const answer = await ask<'remove'>(asked);
    const deployment = answer.ok ? answer.answer.deployment : '';
    expect(requested()).toMatchObject([
      {
        ...{ deployment, pilot: 'acme', environment: PREVIEW },
        trigger: { kind: 'remove', why: 'asked', request: asked.request, requestedBy: 'ada@laptop' },
      },
    ]);
    await accept(requested()[0]);
    expect(await ask<'remove'>(asked)).toEqual(answer);
    expect(requested()).toHaveLength(1);
  });

  it.each(['production', 'staging', 'pr0', 'preview'])('refuses %s, which is no preview', async (environment) => {
    expect(await ask<'remove'>(question(environment))).toMatchObject({ ok: false, code: 'REMOVE_ONLY_PREVIEWS' });
    expect(requested()).toEqual([]);
  });

  it('says where nothing was ever deployed', async () => {
    expect(await ask<'remove'>(question())).toMatchObject({ ok: false, code: expect.stringMatching(/UNKNOWN/) });
  });
});

describe('asked to remove one that a pull request has', () => {
  const AT = new Date(Date.now() - 60_000).toISOString();
  const REPOSITORY = 'github.com/acme/shop';
  const PULL = { connection: connectionId(REPOSITORY), repository: REPOSITORY, number: 12 };
  const FIRST = requestId('acme', PREVIEW, `${AT}/first`);
  const claimed: Preview = {
    ...{ pilot: 'acme', environment: PREVIEW, ...PULL, branch: 'topic', base: 'main', commit: 'c'.repeat(40) },
    ...{ deployment: FIRST, askedAt: AT, since: AT, until: AT },
  };
  beforeEach(() => claimPreview(claimed, undefined, { most: 1, perPilot: 1 }));
  const asked = async (more: { requestedBy?: string } = {}) => {
    const answer = await ask<'remove'>({ ...question(), ...more });
    return answer.ok ? answer.answer.deployment : '';
  };
  const removal = async () => (await findPreview('acme', PREVIEW))?.removal;

  it('notes that it is to go, and asks for what it has noted', async () => {
    const deployment = await asked({ requestedBy: 'ada@laptop' });
    expect(await removal()).toMatchObject({ deployment, why: 'asked', tries: 1 });
    const { request, at } = (await removal()) ?? {};
    const trigger = { kind: 'remove', why: 'asked', request, pull: PULL, requestedBy: 'ada@laptop' };
    expect(requested()).toEqual([{ deployment, pilot: 'acme', environment: PREVIEW, requestedAt: at, trigger }]);
  });

  it('answers the one that is under way, and another one once that has failed', async () => {
    const deployment = await asked();
    expect(await asked()).toBe(deployment);
    await accept(requested()[0]);
    expect(await asked()).toBe(deployment);
    await endDeployment(deployment, { status: 'failed', serving: null }, []);
    expect(await asked()).not.toBe(deployment);
    expect(await removal()).toMatchObject({ why: 'asked', tries: 2 });
  });

  it('gives up what is deployed there', async () => {
    const trigger = { kind: 'upload', bucket: 'b', key: 'k', version: '1' } as const;
    await accepted({ id: FIRST, pilot: 'acme', environment: PREVIEW, requestedAt: AT, trigger });
    await asked();
    expect((await stage.now(FIRST)).cancelled).toBeDefined();
    expect(stage.events).toContainEqual(
      expect.objectContaining({ name: 'Woken', detail: expect.objectContaining({ deployment: FIRST }) }),
    );
  });
});

describe('a removal', () => {
  const { REMOVE_MACHINE, DEPLOY_MACHINE } = { REMOVE_MACHINE: 'remove', DEPLOY_MACHINE: 'deploy' };
  const machines = () => stage.started.map(({ machine }) => machine.split(':').at(-1));

  it('runs in a machine of its own', async () => {
    await askRemoval(stage, 'acme');
    await ask<'remove'>(question());
    await accept(requested()[0]);
    expect(machines()).toEqual([REMOVE_MACHINE]);
  });

  it('whose start was lost is started by the watchdog, in the same machine', async () => {
    const { id } = await askRemoval(stage, 'acme');
    const before = await stage.upload('acme', 'any');
    for (const one of [id, before.id])
      await update({ key: runningKey(one), update: 'SET acceptedAt = :at', values: { ':at': '2020-01-01T00:00:00Z' } });
    await watchdog();
    expect(stage.started.map(({ name, machine }) => [name, machine.split(':').at(-1)]).sort()).toEqual(
      [
        [id, REMOVE_MACHINE],
        [before.id, DEPLOY_MACHINE],
      ].sort(),
    );
  });
});
