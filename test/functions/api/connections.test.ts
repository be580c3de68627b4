import { PutObjectCommand } from '@aws-sdk/client-s3';
import { handler } from '../../../functions/api/api.ts';
import type { ApiAction, ApiAnswer, ApiRequest } from '../../../shared/api.ts';
import { type Connection, connectionId, findConnection, noteSeen } from '../../../shared/ledger/connections.ts';
import { endDeployment } from '../../../shared/ledger/course.ts';
import type { EndingRecord } from '../../../shared/ledger/deployment.ts';
import { accept } from '../../../shared/ledger/deployments.ts';
import { notePush, recordPush } from '../../../shared/ledger/pushes.ts';
import { deploymentId } from '../../../shared/names.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.fresh();
  await operatorSays('');
});

type Question<Action extends ApiAction> = Extract<ApiRequest, { action: Action }>;
const ask = <Action extends ApiAction>(request: Question<Action>) => handler(request) as Promise<ApiAnswer<Action>>;

async function answered<Action extends ApiAction>(request: Question<Action>) {
  const asked = await ask(request);
  if (!asked.ok) throw new Error(`${asked.code} ${asked.message}`);
  return asked.answer;
}

const operatorSays = (pilots: string) =>
  stage.s3.send(
    new PutObjectCommand({
      ...{ Bucket: stage.manifests, Key: 'operator.yaml' },
      Body: `apiVersion: pilotage/v1\npilots: {${pilots}}\n`,
    }),
  );

const SHOP = 'github.com/acme/shop';
const wish = (more: Partial<Question<'connect'>> = {}): Question<'connect'> => ({
  ...{ action: 'connect', provider: 'github', repository: SHOP, api: 'https://api.github.com' },
  ...{ pilots: [{ pilot: 'acme-shop', manifest: 'pilot.yaml' }], requestedBy: 'ada@laptop' },
  ...more,
});

let minutes = 0;
async function push(repository: string, commit: string): Promise<string> {
  const recorded = await recordPush({
    ...{ connection: connectionId(repository), repository, via: 'webhook' },
    push: { told: 'push', ref: { kind: 'branch', name: 'main' }, commit: commit.repeat(40), by: 'ada' },
    at: new Date(Date.UTC(2026, 10, 21, 1, minutes++)),
  });
  if (recorded.outcome !== 'recorded') throw new Error('it was recorded before');
  return recorded.push.id;
}

describe('webhook connect: a repository', () => {
  it('is connected, listed, found by the end of its name, and removed', async () => {
    const made = await answered(wish());
    const connection = {
      ...{ id: connectionId(SHOP), provider: 'github', repository: SHOP, api: 'https://api.github.com' },
      ...{ pilots: [{ pilot: 'acme-shop', manifest: 'pilot.yaml' }], by: 'ada@laptop' },
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    };
    expect(made).toMatchObject({ id: connectionId(SHOP), repository: SHOP, connection });
    expect(await answered({ action: 'connections' })).toEqual([connection]);
    expect((await answered({ action: 'connection', repository: 'ACME/shop' })).connection).toEqual(connection);
    const removed = { id: connectionId(SHOP), repository: SHOP, removed: connection };
    expect(await answered({ action: 'disconnect', repository: 'acme/shop' })).toEqual(removed);
    expect(await answered({ action: 'disconnect', repository: SHOP })).toEqual({ id: removed.id, repository: SHOP });
    expect(await answered({ action: 'connections' })).toEqual([]);
  });

  it('that is connected once more has other pilots, and all that was noted of it', async () => {
    await answered(wish({ hook: '7' }));
    const first = await findConnection(connectionId(SHOP));
    await noteSeen(connectionId(SHOP), { branches: ['main'], refs: { main: null } });
    const pilots = [{ pilot: 'acme-wiki', manifest: 'wiki/pilot.yaml' }];
    await answered(wish({ pilots, requestedBy: 'grace@laptop' }));
    const now: Connection = { ...(first as Connection), pilots, branches: ['main'], refs: { main: null } };
    expect(await findConnection(connectionId(SHOP))).toEqual(now);
    expect(now).toMatchObject({ by: 'ada@laptop', hook: '7' });
  });

  it('that is not connected is told its id, and that nothing is kept of it', async () => {
    const details = await answered({ action: 'connection', repository: SHOP });
    expect(details).toMatchObject({ id: connectionId(SHOP), repository: SHOP, allowed: [] });
    expect(details.connection).toBeUndefined();
  });

  it('is asked for by all of its name where two end alike, and named where none does', async () => {
    await answered(wish());
    await answered(wish({ provider: 'gitlab', repository: 'gitlab.com/acme/shop', api: 'https://gitlab.com/api/v4' }));
    expect(await ask({ action: 'connection', repository: 'acme/shop' })).toMatchObject({
      ...{ ok: false, code: 'REPOSITORY_AMBIGUOUS' },
      expected: `one of ${SHOP}, gitlab.com/acme/shop`,
    });
    expect(await ask({ action: 'connection', repository: 'acme/other' })).toMatchObject({
      ...{ ok: false, code: 'REPOSITORY_UNKNOWN' },
      expected: `one of ${SHOP}, gitlab.com/acme/shop`,
    });
  });

  it.each([
    ['in all environments', '[github.com/acme/*]', { everywhere: true, environments: [] }],
    [
      'in one',
      '[github.com/acme/shop#staging, github.com/acme/other]',
      { everywhere: false, environments: ['staging'] },
    ],
    ['nowhere', '[github.com/acme/other]', { everywhere: false, environments: [] }],
  ])('is told where the operator lets it deploy: %s', async (_, repositories, allowed) => {
    await operatorSays(`acme-shop: { repositories: ${repositories} }`);
    const details = await answered(wish());
    expect(details.allowed).toEqual([{ pilot: 'acme-shop', ...allowed }]);
    expect(details.operatorFile).toBe(`s3://${stage.manifests}/operator.yaml`);
  });

  it('is allowed nothing while the operator’s file is wrong, which is told', async () => {
    await operatorSays('acme-shop: { repositories: 7 }');
    const details = await answered(wish());
    expect(details.allowed).toEqual([{ pilot: 'acme-shop', everywhere: false, environments: [] }]);
    expect(details.operatorProblems).toMatchObject([{ code: 'OPERATOR_FILE', place: { line: 2 } }]);
  });
});

describe('webhook connect: what cannot be connected', () => {
  const EVIL = 'https://api.github.com.example.org';
  it.each<[string, Partial<Question<'connect'>>, string]>([
    ['an API by http', { repository: 'git.example.com/acme/shop', api: 'http://git.example.com/api/v3' }, 'api'],
    ['the API of somebody else', { repository: 'git.example.com/acme/shop', api: 'https://evil.example.org' }, 'api'],
    [
      'an API beside its host',
      { repository: 'git.example.com/acme/shop', api: 'https://code.example.com/api/v3' },
      'api',
    ],
    ['another API of a public host', { api: EVIL }, 'api'],
    ['a name and a password in the address', { api: 'https://me:pass@api.github.com' }, 'api'],
    ['another provider than the host’s', { provider: 'gitlab' }, 'api'],
    ['a repository without a host', { repository: 'acme/shop' }, 'repository'],
    ['a host with capitals', { repository: 'GitHub.com/acme/shop' }, 'repository'],
    ['a repository that leads elsewhere', { repository: 'github.com/acme/..' }, 'repository'],
    ['a repository’s address for git', { repository: 'github.com/acme/shop.git' }, 'repository'],
    ['no pilot', { pilots: [] }, 'pilots'],
    ['a pilot twice', { pilots: [...wish().pilots, ...wish().pilots] }, 'pilots'],
    ['a manifest elsewhere', { pilots: [{ pilot: 'acme-shop', manifest: '../pilot.yaml' }] }, 'pilots'],
    [
      'more pilots than a push deploys',
      { pilots: Array.from({ length: 21 }, (_, at) => ({ pilot: `p${at}`, manifest: 'x' })) },
      'pilots',
    ],
  ])('%s', async (_, more, field) => {
    expect(await ask(wish(more))).toMatchObject({
      ...{ ok: false, code: 'REQUEST_INVALID', message: expect.stringContaining(field) },
    });
    expect(await answered({ action: 'connections' })).toEqual([]);
  });

  it.each([
    ['git.example.com/acme/shop', 'https://git.example.com:8443/api/v3'],
    ['git.example.com/acme/shop', 'https://api.git.example.com'],
    ['git.localhost/acme/shop', 'http://127.0.0.1:4010/api/v3'],
  ])('but %s is by %s', async (repository, api) => {
    expect((await answered(wish({ repository, api }))).connection).toMatchObject({ repository, api });
  });
});

describe('webhook connect: pushes', () => {
  it('are told of one repository or of all, the newest first, and no more than are asked for', async () => {
    await answered(wish());
    await answered(wish({ repository: 'github.com/acme/wiki' }));
    const ids = [await push(SHOP, '1'), await push('github.com/acme/wiki', '2'), await push(SHOP, '3')].reverse();
    await notePush(ids[0] ?? '', { kind: 'ignored', reason: 'nothing changed' });
    const all = await answered({ action: 'pushes' });
    expect(all.map(({ id }) => id)).toEqual(ids);
    expect(all[0]).toEqual({
      ...{ id: ids[0], repository: SHOP, ref: { kind: 'branch', name: 'main' }, commit: '3'.repeat(40), by: 'ada' },
      ...{ at: all[0]?.at, via: 'webhook', state: 'read', readAt: expect.any(String) },
      outcome: { kind: 'ignored', reason: 'nothing changed' },
    });
    expect((await answered({ action: 'pushes', most: 2 })).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const ofShop = await answered({ action: 'pushes', repository: 'acme/shop' });
    expect(ofShop.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    expect((await answered({ action: 'connection', repository: SHOP })).last?.id).toBe(ids[0]);
  });

  it('tell how each of their deployments stands, as far as the ledger knows them', async () => {
    await answered(wish());
    const deployed = async (trigger: string, ending?: EndingRecord) => {
      const at = new Date(Date.UTC(2026, 10, 21, 1));
      const id = deploymentId('acme-shop', 'production', at, trigger);
      const of = { pilot: 'acme-shop', environment: 'production', requestedAt: at.toISOString() };
      await accept({ id, ...of, trigger: { kind: 'online', request: trigger, requestedBy: 'ada' } });
      if (ending) await endDeployment(id, ending, []);
      return id;
    };
    const failure = { step: 'Build', outcome: 'failed', code: 'BUILD_FAILED', reason: 'make: 2' } as const;
    const [running, live, failed] = [
      await deployed('1'),
      await deployed('2', { status: 'succeeded', serving: 'a1' }),
      await deployed('3', { status: 'failed', failure }),
    ];
    const unknown = deploymentId('acme-shop', 'production', new Date(0), '4');
    const outcome = { kind: 'deployments', deployments: [running, live, failed, unknown] } as const;
    await notePush(await push(SHOP, '1'), { ...outcome, deployments: [...outcome.deployments] });
    const deployments = [
      { id: running, status: 'running' },
      { id: live, status: 'succeeded' },
      { id: failed, status: 'failed', step: 'Build' },
    ];
    for (const repository of [{}, { repository: SHOP }])
      expect(await answered({ action: 'pushes', ...repository })).toMatchObject([{ outcome, deployments }]);
    expect((await answered({ action: 'connection', repository: SHOP })).last).toMatchObject({ deployments });
  });

  it('of a repository that was removed are still told, by all of its name', async () => {
    await answered(wish());
    const id = await push(SHOP, '1');
    await answered({ action: 'disconnect', repository: SHOP });
    expect((await answered({ action: 'pushes', repository: SHOP })).map((one) => one.id)).toEqual([id]);
    expect(await ask({ action: 'pushes', repository: 'acme/shop' })).toMatchObject({
      ...{ ok: false, code: 'REPOSITORY_UNKNOWN', expected: expect.stringContaining('all of its name') },
    });
    expect(await ask({ action: 'pushes', repository: 'github.com/acme/none' })).toMatchObject({
      ...{ ok: false, code: 'REPOSITORY_UNKNOWN' },
    });
  });
});
