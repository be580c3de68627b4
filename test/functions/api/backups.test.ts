import { randomUUID } from 'node:crypto';
import { CreateDBSnapshotCommand, DeleteDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { handler } from '../../../functions/api/api.ts';
import { handler as keep } from '../../../functions/backups/keep.ts';
import type { ApiAction, ApiAnswers, ApiRequest } from '../../../shared/api.ts';
import { transact } from '../../../shared/aws/table.ts';
import type { Policy } from '../../../shared/ledger/deployment.ts';
import { partition } from '../../../shared/ledger/keys.ts';
import { recordPrepared } from '../../../shared/ledger/releases.ts';
import { context, database, instanceOf, live, reached, snapshotsOf, until } from '../../backups/pilots.ts';
import { resolve, SMALL } from '../../preview/samples.ts';
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
    const refused = (await ask({ action: 'backup', ...PILOT, request: request() })) as never as Record<string, string>;
    expect(refused).toMatchObject({
      code: 'NOTHING_TO_BACK_UP',
      message: 'the manifest of what is live of shop in production has no section backups',
    });
    // What it says to add, a manifest takes.
    const [, line = ''] = /"(.+)"/.exec(refused.expected ?? '') ?? [];
    expect(resolve(`${SMALL.ecs}database: {}\n${line}\n`)).toMatchObject({ backups: { days: 7 } });
    await live('shop', 'backups: {}\n', {}, LONG_AGO);
    expect(await ask({ action: 'backup', ...PILOT, request: request() })).toMatchObject({
      message: 'shop in production has neither a database of its own nor a volume whose files are backed up',
      expected: expect.stringContaining('ecs.mount'),
    });
    expect(await ask({ action: 'backup', pilot: 'nobody', request: request() })).toMatchObject({
      code: 'PILOT_UNKNOWN',
    });
  });
});

describe('what going back to a snapshot would lose', () => {
  it('are deployments and migrations since then, and what was written', async () => {
    await live('shop', NOT_YET, { DatabaseId: shop }, LONG_AGO);
    await take('before-all', { 'pilotage:kind': 'backup' });
    const later = new Date(Date.now() + 600_000).toISOString();
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
      trigger: { kind: 'rollback' },
    };
    const id = (digit: number) => `shop_production_2026112${digit}T015715Z-3f9a1c2e4b5d`;
    await transact([
      row(`DEPLOYMENT#${id(1)}`, { ...deployment, id: id(1), finishedAt: LONG_AGO }),
      row(`DEPLOYMENT#${id(2)}`, { ...deployment, id: id(2), finishedAt: later, plan: { release: 'new' } }),
      // What put nothing live.
      row(`DEPLOYMENT#${id(3)}`, { ...deployment, id: id(3), finishedAt: later, trigger: { kind: 'offline' } }),
      row(`DEPLOYMENT#${id(4)}`, { ...deployment, id: id(4), finishedAt: later, alreadyLive: true }),
      row(`DEPLOYMENT#${id(5)}`, { ...deployment, id: id(5), finishedAt: later, status: 'failed' }),
      row('MIGRATION#gone', { release: 'gone', status: 'reverted', migratedAt: later, firstAt: later, at: later }),
      row('MIGRATION#midst', { release: 'midst', status: 'done', migratedAt: LONG_AGO, at: later }),
      row('MIGRATION#old', { release: 'old', status: 'done', migratedAt: LONG_AGO, at: LONG_AGO }),
      row('MIGRATION#new', { release: 'new', status: 'done', migratedAt: later, firstAt: later, at: later }),
    ]);
    expect(await answerOf({ action: 'restorable', ...PILOT, snapshot: 'before-all' })).toMatchObject({
      snapshot: { id: 'before-all', kind: 'backup' },
      age: expect.any(Number),
      database: { id: shop, storage: 20 },
      deployments: [{ id: id(2), release: 'new', at: later }],
      migrations: [
        { release: 'new', status: 'done', at: later, was: 'reverted' },
        { release: 'midst', status: 'done', at: LONG_AGO, was: 'unknown' },
      ],
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

describe('a snapshot that cannot take the place of a database', () => {
  it('is told as such before anybody takes the pilot offline, and only where that is asked', async () => {
    await live('shop', 'database: {user: owner}\nbackups: {}\n', { DatabaseId: shop }, LONG_AGO);
    await take('of-another-user');
    const asked = { action: 'restorable' as const, ...PILOT, snapshot: 'of-another-user' };
    expect(await answerOf(asked)).not.toHaveProperty('problem');
    expect(await answerOf({ ...asked, inPlace: true })).toMatchObject({
      isOffline: false,
      problem: { code: expect.stringMatching(/^SNAPSHOT_OTHER_/), hint: expect.stringContaining('beside the present') },
    });
  });
});

describe('a restore in place', () => {
  const inPlace = () => ({ action: 'rewind' as const, ...PILOT, snapshot: 'to-go-back', request: request() });
  const offline = (release: string) =>
    transact([
      {
        key: { pk: partition('shop', 'production'), sk: 'LOCK' },
        update: 'SET fence = :fence, #offline = :offline',
        names: { '#offline': 'offline' },
        values: { ':fence': 1, ':offline': { deployment: 'd', at: LONG_AGO, release } },
      },
    ]);
  /** Of a target whose pointer can be read here. */
  const still = async (more: string, release: string) => {
    const plan = await live('shop', more, { DatabaseId: shop }, LONG_AGO);
    await recordPrepared({ ...plan, target: 'static', detail: { site: 'shop' } }, {} as Policy);
    await transact([
      {
        key: { pk: partition('shop', 'production'), sk: `RELEASE#${release}` },
        update: 'SET policy = :policy',
        values: { ':policy': { retention: { releases: 3, days: 30 } } },
      },
    ]);
  };
  const RELEASE = '0123456789abcdef0123';

  it('is a deployment, of a pilot that is offline; asked again, it is the same', async () => {
    const version = (await instanceOf(shop))?.EngineVersion?.split('.')[0];
    await still(`database: {version: "${version}"}\nbackups: {}\n`, RELEASE);
    await take('to-go-back');
    expect(await ask(inPlace())).toMatchObject({
      code: 'PILOT_NOT_OFFLINE',
      expected: 'a pilot that somebody keeps offline: pilot offline shop',
    });
    const { isOffline } = await answerOf({ action: 'restorable', ...PILOT, snapshot: 'to-go-back' });
    expect(isOffline).toBe(false);
    // Nothing speaks against it, and RDS keeps what brings the present one back to any moment.
    const told = await answerOf({ action: 'restorable', ...PILOT, snapshot: 'to-go-back', inPlace: true });
    expect(told).not.toHaveProperty('problem');
    expect(told).toMatchObject({ window: { earliest: expect.any(String), stays: true } });
    expect(stage.events).toEqual([]);

    await offline(RELEASE);
    const asked = inPlace();
    const answer = await answerOf(asked);
    expect(answer).toMatchObject({ snapshot: 'to-go-back', release: RELEASE });
    expect(await answerOf(asked)).toEqual(answer);
    expect(stage.events[0]).toMatchObject({
      name: 'DeploymentRequested',
      detail: { deployment: answer.deployment, trigger: { kind: 'restore', snapshot: 'to-go-back' } },
    });
    expect(await ask({ ...inPlace(), snapshot: 'nobody-knows-it' })).toMatchObject({ code: 'SNAPSHOT_UNKNOWN' });
  });

  it('is refused where the manifest wants another major version', async () => {
    await still('database: {version: "13"}\nbackups: {}\n', RELEASE);
    await offline(RELEASE);
    expect(await ask(inPlace())).toMatchObject({ code: 'SNAPSHOT_OTHER_VERSION' });
    expect(stage.events).toEqual([]);
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
