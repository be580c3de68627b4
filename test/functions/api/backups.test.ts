import { randomUUID } from 'node:crypto';
import { CreateDBSnapshotCommand, DeleteDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { handler } from '../../../functions/api/api.ts';
import { handler as keep } from '../../../functions/backups/keep.ts';
import type { ApiAction, ApiAnswers, ApiRequest } from '../../../shared/api.ts';
import { transact } from '../../../shared/aws/table.ts';
import { partition } from '../../../shared/ledger/keys.ts';
import { context, database, instanceOf, live, reached, snapshotsOf, until } from '../../backups/pilots.ts';
import { type Stage, setStage } from '../../support/stage.ts';

const PILOT = { pilot: 'shop', environment: 'production' };
const LONG_AGO = '2026-01-01T00:00:00.000Z';
const NOT_YET = 'database: {}\nbackups: {days: 14}\n';

let stage: Stage;
let shop: string;
beforeAll(async () => {
  stage = await setStage();
  shop = await database();
}, 60_000);
beforeEach(async () => {
  await stage.fresh();
  await reached(shop);
});
afterAll(() => stage.close());

type Answer = { ok: boolean; answer: never; code?: string };
const ask = (request: ApiRequest) => handler(request) as Promise<Answer>;
const request = () => `${new Date().toISOString()}/${randomUUID()}`;
const answerOf = async <A extends ApiAction>(asked: Extract<ApiRequest, { action: A }>): Promise<ApiAnswers[A]> => {
  const { ok, answer, ...refused } = await ask(asked);
  if (!ok) throw new Error(JSON.stringify(refused));
  return answer;
};
const take = async (id: string, tags: Record<string, string> = {}) => {
  await reached(shop);
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await new RDSClient({}).send(
    new CreateDBSnapshotCommand({ DBInstanceIdentifier: shop, DBSnapshotIdentifier: id, Tags }),
  );
  await until(async () => (await snapshotsOf(shop)).every(({ Status }) => Status === 'available'));
};
const keepUntil = (isOver: () => Promise<boolean>) =>
  until(async () => {
    await keep({ detail: PILOT }, context());
    return isOver();
  });

describe('a backup that somebody asks for', () => {
  it('is made, tagged and listed; asked again, it is the same', async () => {
    await live('shop', NOT_YET, { DatabaseId: shop }, LONG_AGO);
    const asked = { action: 'backup' as const, ...PILOT, request: request(), requestedBy: 'ada' };
    const { at } = await answerOf(asked);
    expect(await answerOf(asked)).toEqual({ at });
    expect(stage.events.map(({ name, detail }) => [name, detail.at])).toEqual([
      ['BackupRequested', at],
      ['BackupRequested', at],
    ]);
    const view = () => answerOf({ action: 'backups', ...PILOT });
    await keepUntil(async () => (await view()).backups[0]?.status === 'done');
    const { backups, snapshots, database: told } = await view();
    expect(backups).toMatchObject([
      { at, by: 'ada', status: 'done', snapshot: expect.stringMatching(/^pilotage-backup-shop-/) },
    ]);
    expect(snapshots).toMatchObject([
      { kind: 'backup', status: 'available', storage: 20, keptUntil: expect.any(String) },
    ]);
    expect(told).toMatchObject({ id: shop, status: 'available', storage: 20, days: 7 });
  }, 60_000);

  it('is refused where there is nothing to back up', async () => {
    await live('shop', 'database: {}\n', { DatabaseId: shop }, LONG_AGO);
    expect(await ask({ action: 'backup', ...PILOT, request: request() })).toMatchObject({ code: 'NOTHING_TO_BACK_UP' });
    expect(await ask({ action: 'backup', pilot: 'nobody', request: request() })).toMatchObject({
      code: 'PILOT_UNKNOWN',
    });
  });
});

describe('what going back to a snapshot would lose', () => {
  it('are deployments and migrations since then, and what was written', async () => {
    await live('shop', NOT_YET, { DatabaseId: shop }, LONG_AGO);
    await take('before-all', { 'pilotage:kind': 'backup' });
    const later = new Date(Date.now() + 60_000).toISOString();
    const row = (sk: string, values: Record<string, unknown>) => ({
      key: { pk: partition('shop', 'production'), sk },
      update: `SET ${Object.keys(values)
        .map((name) => `#${name} = :${name}`)
        .join(', ')}`,
      names: Object.fromEntries(Object.keys(values).map((name) => [`#${name}`, name])),
      values: Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
    });
    const deployment = {
      pilot: 'shop',
      environment: 'production',
      status: 'succeeded',
      acceptedAt: LONG_AGO,
      requestedAt: LONG_AGO,
    };
    const id = (digit: number) => `shop_production_2026112${digit}T015715Z-3f9a1c2e4b5d`;
    await transact([
      row(`DEPLOYMENT#${id(1)}`, { ...deployment, id: id(1), finishedAt: LONG_AGO }),
      row(`DEPLOYMENT#${id(2)}`, { ...deployment, id: id(2), finishedAt: later, plan: { release: 'new' } }),
      row('MIGRATION#old', { release: 'old', status: 'done', migratedAt: LONG_AGO, at: LONG_AGO }),
      row('MIGRATION#new', { release: 'new', status: 'done', migratedAt: later, at: later }),
    ]);
    expect(await answerOf({ action: 'restorable', ...PILOT, snapshot: 'before-all' })).toMatchObject({
      snapshot: { id: 'before-all', kind: 'backup' },
      age: expect.any(Number),
      database: { id: shop, storage: 20 },
      deployments: [{ id: id(2), release: 'new', at: later }],
      migrations: [{ release: 'new', status: 'done', at: later }],
    });
  });

  it('is told of the pilot’s own snapshots alone', async () => {
    await live('shop', NOT_YET, { DatabaseId: shop }, LONG_AGO);
    const other = await database();
    await new RDSClient({}).send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: other, DBSnapshotIdentifier: 'of-another' }),
    );
    for (const action of ['restorable', 'restore', 'drill'] as const)
      expect(
        await ask({
          action,
          ...PILOT,
          snapshot: 'of-another',
          ...(action !== 'restorable' && { request: request() }),
        } as ApiRequest),
      ).toMatchObject({
        code: 'SNAPSHOT_UNKNOWN',
      });
  }, 60_000);

  it('of a pilot without a database is nothing', async () => {
    await live('shop', '', {}, LONG_AGO);
    expect(await ask({ action: 'restorable', ...PILOT, snapshot: 'one' })).toMatchObject({ code: 'NO_DATABASE' });
  });
});

describe('a restore', () => {
  it('makes a database beside the one that there is, with a password of its own, and leaves both', async () => {
    await live('shop', NOT_YET, { DatabaseId: shop }, LONG_AGO);
    await take('to-restore');
    const asked = { action: 'restore' as const, ...PILOT, snapshot: 'to-restore', request: request() };
    const { instance } = await answerOf(asked);
    expect(await answerOf(asked)).toMatchObject({ instance });
    const drill = async () => (await answerOf({ action: 'backups', ...PILOT })).drills[0];
    await keepUntil(async () => (await drill())?.status !== 'making');
    const restored = await instanceOf(String(instance));
    expect(restored).toMatchObject({
      DBInstanceStatus: 'available',
      MasterUserSecret: { SecretArn: (await drill())?.secret },
    });
    expect(restored?.TagList).toEqual(expect.arrayContaining([{ Key: 'pilotage:kind', Value: 'restored' }]));
    expect(await drill()).toMatchObject({
      status: 'done',
      stays: true,
      secret: expect.stringContaining(':secret:rds!db-'),
    });
    expect(await instanceOf(shop)).toMatchObject({ DBInstanceStatus: 'available' });
    expect((await answerOf({ action: 'backups', ...PILOT })).restored).toEqual([
      {
        ...{
          id: instance,
          status: 'available',
          engine: 'postgres',
          name: expect.any(String),
          user: expect.any(String),
        },
        ...{ address: { host: expect.any(String), port: expect.any(Number) }, secret: (await drill())?.secret },
      },
    ]);
    await new RDSClient({}).send(
      new DeleteDBInstanceCommand({ DBInstanceIdentifier: String(instance), SkipFinalSnapshot: true }),
    );
    await keepUntil(async () => (await instanceOf(String(instance))) === undefined);
    expect((await answerOf({ action: 'backups', ...PILOT })).restored).toEqual([]);
  }, 60_000);
});
