import { CreateDBSnapshotCommand, DeleteDBSnapshotCommand, RDSClient } from '@aws-sdk/client-rds';
import { handler } from '../../../functions/backups/keep.ts';
import { begin, claim, listOf } from '../../../shared/ledger/backups.ts';
import { context, database, functions, instanceOf, live, reached, snapshotsOf, until } from '../../backups/pilots.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { type Stage, setStage } from '../../support/stage.ts';

const PRODUCTION = { environment: 'production' };
const EVERY_NIGHT = 'database: {}\nbackups: {at: cron(0 3 * * ? *), days: 7}\n';
const VOLUME = 'ecs: {mount: /mnt/efs}\nbackups: {at: cron(0 3 * * ? *), days: 7}\n';

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
afterEach(() => jest.useRealTimers());
afterAll(() => stage.close());

const REAL = [
  ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
  ...(['nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const),
];
/** Only what the clock says; all else goes on. */
const pretend = (at: string) => jest.useFakeTimers({ now: new Date(at), doNotFake: [...REAL] });

/** One round at a time of a day in November. */
async function round(at: string, more?: { pilot: string }): Promise<void> {
  pretend(at);
  try {
    await handler(more ? { detail: { ...PRODUCTION, ...more } } : {}, context());
  } finally {
    jest.useRealTimers();
  }
}
const backups = (pilot: string) => listOf({ pilot, ...PRODUCTION }, 'backup');
const events = (name: string) => stage.events.filter((event) => event.name === name).map(({ detail }) => detail);
const available = (id: string) =>
  until(async () =>
    (await snapshotsOf(shop)).find((one) => one.DBSnapshotIdentifier === id && one.Status === 'available'),
  );

describe('a backup of the database', () => {
  it('is taken when it is due, once, tagged as what it is', async () => {
    await live('night', EVERY_NIGHT, { DatabaseId: shop }, '2026-11-20T12:00:00Z');
    await round('2026-11-21T02:59:00Z');
    expect(await backups('night')).toEqual([]);

    await round('2026-11-21T03:01:00Z');
    const id = 'pilotage-backup-night-production-20261121030000';
    expect(await backups('night')).toMatchObject([
      { at: '2026-11-21T03:00:00.000Z', status: 'making', database: { snapshot: id, state: 'taking' } },
    ]);
    const { TagList } = await available(id);
    expect(TagList).toEqual(
      expect.arrayContaining([
        { Key: 'pilotage:pilot', Value: 'night' },
        { Key: 'pilotage:environment', Value: 'production' },
        { Key: 'pilotage:kind', Value: 'backup' },
      ]),
    );
    await round('2026-11-21T03:06:00Z');
    await round('2026-11-21T03:11:00Z');
    expect(await backups('night')).toMatchObject([{ status: 'done', finishedAt: '2026-11-21T03:06:00.000Z' }]);
    expect((await snapshotsOf(shop)).filter((one) => one.DBSnapshotIdentifier?.includes('-night-'))).toHaveLength(1);
    expect(events('BackupMade')).toMatchObject([{ pilot: 'night', what: 'backup', facts: { snapshot: id } }]);
    expect(events('BackupFailed')).toEqual([]);
  });

  it('side by side, rounds take one', async () => {
    await live('many', EVERY_NIGHT, { DatabaseId: shop }, '2026-11-20T12:00:00Z');
    await round('2026-11-20T13:00:00Z');
    pretend('2026-11-21T03:01:00Z');
    await Promise.all([1, 2, 3, 4].map(() => handler({}, context())));
    jest.useRealTimers();
    expect((await snapshotsOf(shop)).filter((one) => one.DBSnapshotIdentifier?.includes('-many-'))).toHaveLength(1);
  });

  it('that nobody made in time is told as missed and made late; those before it are not', async () => {
    await live('late', EVERY_NIGHT, { DatabaseId: shop }, '2026-11-10T12:00:00Z');
    await round('2026-11-21T09:00:00Z');
    await round('2026-11-21T09:05:00Z');
    expect(await backups('late')).toHaveLength(1);
    expect(events('BackupFailed')).toMatchObject([
      {
        code: 'BACKUP_MISSED',
        again: true,
        at: '2026-11-21T03:00:00.000Z',
        reason: expect.stringContaining('2026-11-21T03:00Z'),
      },
    ]);
    await available('pilotage-backup-late-production-20261121030000');
    await round('2026-11-21T09:10:00Z');
    expect(await backups('late')).toMatchObject([{ status: 'done' }]);
  });

  it('of a database that is out of order is told once, tried again, and made when that is over', async () => {
    await live('full', EVERY_NIGHT, { DatabaseId: shop }, '2026-11-20T12:00:00Z');
    const bring = (state: string) =>
      fetch(`${emulatorUrl()}/_pilotage/databases`, {
        method: 'POST',
        body: JSON.stringify({ states: { [shop]: state } }),
      });
    await reached(shop);
    await bring('storage-full');
    try {
      for (const time of ['03:01', '03:06', '03:17', '03:30']) await round(`2026-11-21T${time}:00Z`);
    } finally {
      await bring('available');
    }
    expect(events('BackupFailed')).toMatchObject([
      {
        code: 'DATABASE_NOT_AVAILABLE',
        again: true,
        reason: expect.stringContaining('is storage-full; raise database.storage'),
      },
    ]);
    await round('2026-11-21T06:00:00Z');
    await available('pilotage-backup-full-production-20261121030000');
    await round('2026-11-21T06:05:00Z');
    expect(await backups('full')).toMatchObject([{ status: 'done' }]);
  });

  it('of a database that is gone is given up when the next one is due, and told twice in all', async () => {
    await live('gone', EVERY_NIGHT, { DatabaseId: 'there-is-none' }, '2026-11-20T12:00:00Z');
    await round('2026-11-21T03:01:00Z');
    await round('2026-11-21T04:01:00Z');
    await round('2026-11-22T03:01:00Z');
    expect((await backups('gone')).map(({ at, status }) => [at.slice(0, 10), status])).toEqual([
      ['2026-11-22', 'making'],
      ['2026-11-21', 'failed'],
    ]);
    expect(events('BackupFailed').map(({ at, code, again }) => [String(at).slice(0, 10), code, again])).toEqual([
      ['2026-11-21', 'DATABASE_GONE', true],
      ['2026-11-21', 'DATABASE_GONE', false],
      ['2026-11-22', 'DATABASE_GONE', true],
    ]);
  });

  it('is taken anew where its snapshot was deleted meanwhile', async () => {
    await live('taken', EVERY_NIGHT, { DatabaseId: shop }, '2026-11-20T12:00:00Z');
    const id = 'pilotage-backup-taken-production-20261121030000';
    await round('2026-11-21T03:01:00Z');
    await available(id);
    await new RDSClient({}).send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: id }));
    await round('2026-11-21T03:06:00Z');
    await available(id);
    await round('2026-11-21T03:11:00Z');
    expect(await backups('taken')).toMatchObject([{ status: 'done' }]);
  });

  it('of whoever was cut off at it goes on once their time is over', async () => {
    await live('cut', EVERY_NIGHT, { DatabaseId: shop }, '2026-11-20T12:00:00Z');
    const at = '2026-11-21T03:00:00.000Z';
    const database = { id: shop, snapshot: 'pilotage-backup-cut-1', state: 'wanted' as const };
    const whose = { pilot: 'cut', ...PRODUCTION };
    await begin(whose, 'backup', { at, begunAt: at, status: 'making', days: 7, database });
    expect(await claim(whose, 'backup', at, 900, new Date(at))).toBeDefined();
    await round('2026-11-21T03:10:00Z');
    expect(await backups('cut')).toMatchObject([{ database: { state: 'wanted' } }]);
    await round('2026-11-21T03:15:01Z');
    expect(await backups('cut')).toMatchObject([{ database: { state: 'taking' } }]);
  });

  it('under a name that another database’s snapshot has changes nothing of that', async () => {
    const other = await database();
    const id = 'pilotage-backup-foreign-production-20261121030000';
    await new RDSClient({}).send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: other, DBSnapshotIdentifier: id }),
    );
    await live('foreign', EVERY_NIGHT, { DatabaseId: shop }, '2026-11-20T12:00:00Z');
    await round('2026-11-21T03:01:00Z');
    expect(events('BackupFailed')).toMatchObject([{ code: 'SNAPSHOT_FOREIGN' }]);
    expect(await snapshotsOf(other)).toHaveLength(1);
  });

  it('removes those before it that have had their time, and no others', async () => {
    const db = await database();
    await live('old', EVERY_NIGHT, { DatabaseId: db }, '2026-11-20T12:00:00Z');
    const rds = new RDSClient({});
    const tags = (kind: object) => Object.entries(kind).map(([Key, Value]) => ({ Key, Value: String(Value) }));
    for (const [id, kind] of [
      ['old-backup', { 'pilotage:kind': 'backup' }],
      ['old-deployment', { 'pilotage:deployment': 'old_production_20261101T000000Z-0123456789ab' }],
      ['old-own', {}],
    ] as const) {
      await reached(db);
      await rds.send(
        new CreateDBSnapshotCommand({ DBInstanceIdentifier: db, DBSnapshotIdentifier: id, Tags: tags(kind) }),
      );
      await until(async () => (await snapshotsOf(db)).every(({ Status }) => Status === 'available'));
    }
    // They are taken now; the round is 8 days later.
    const due = new Date(Math.ceil(Date.now() / 86_400_000 + 8) * 86_400_000 + 3 * 3_600_000).toISOString();
    const minutes = (count: number) => new Date(Date.parse(due) + count * 60_000).toISOString();
    await reached(db);
    await round(minutes(1));
    await until(async () => (await snapshotsOf(db)).every(({ Status }) => Status === 'available'));
    await round(minutes(6));
    // What is kept last is the newest one, whatever the clock of the emulator says of it.
    expect((await snapshotsOf(db)).map((one) => one.DBSnapshotIdentifier).sort()).toEqual(
      ['old-deployment', 'old-own', `pilotage-backup-old-production-${due.replace(/\D/g, '').slice(0, 14)}`].sort(),
    );
  });
});

describe('the snapshots of deployments', () => {
  it('go with their time also where a pilot has no backups, but for the newest', async () => {
    const db = await database();
    await live('bare', 'database: {}\n', { DatabaseId: db }, '2026-11-20T12:00:00Z');
    const Tags = [{ Key: 'pilotage:deployment', Value: 'bare_production_20261101T000000Z-0123456789ab' }];
    const there = async () => (await snapshotsOf(db)).map((one) => one.DBSnapshotIdentifier).sort();
    for (const DBSnapshotIdentifier of ['bare-1', 'bare-2']) {
      await reached(db);
      await new RDSClient({}).send(
        new CreateDBSnapshotCommand({ DBInstanceIdentifier: db, DBSnapshotIdentifier, Tags }),
      );
      await until(async () => (await snapshotsOf(db)).every(({ Status }) => Status === 'available'));
    }
    const later = (days: number, minutes: number) =>
      new Date(Math.ceil(Date.now() / 86_400_000 + days) * 86_400_000 + minutes * 60_000).toISOString();
    await round(later(29, 1));
    await round(later(32, 30));
    expect(await there()).toEqual(['bare-1', 'bare-2']);
    await round(later(32, 61));
    expect(await there()).toHaveLength(1);
    await round(later(32, 121));
    expect(await there()).toHaveLength(1);
  });
});

describe('a backup of the files', () => {
  const STACK = { BackupsCopier: 'files-production--backups', Backups: 'files-bucket' };
  const part = (more: object = {}) => ({ copied: 2, bytes: 20, removed: 1, left: 0, closed: [], ...more });

  async function withCopier<T>(copier: (event: never) => Promise<unknown>, act: () => Promise<T>): Promise<T> {
    const lambda = await functions({ [STACK.BackupsCopier]: copier });
    const before = process.env.AWS_ENDPOINT_URL_LAMBDA;
    process.env.AWS_ENDPOINT_URL_LAMBDA = lambda.url;
    try {
      return await act();
    } finally {
      process.env.AWS_ENDPOINT_URL_LAMBDA = before;
      await lambda.close();
    }
  }

  it('goes on part by part until all of them are copied, and says how many', async () => {
    await live('files', VOLUME, STACK, '2026-11-20T12:00:00Z');
    const asked: unknown[] = [];
    const parts = [part({ after: 'b' }), part({ after: 'd', left: 1, example: 'c: EACCES' }), part()];
    await withCopier(
      async (event) => asked.push(event) && parts[asked.length - 1],
      () => round('2026-11-21T03:01:00Z'),
    );
    expect(asked).toEqual([{ seconds: 240 }, { seconds: 240, after: 'b' }, { seconds: 240, after: 'd' }]);
    expect(await backups('files')).toMatchObject([
      { status: 'done', files: { state: 'done', copied: 6, bytes: 60, removed: 3, left: 1, example: 'c: EACCES' } },
    ]);
    expect(events('BackupMade')).toMatchObject([{ facts: { copied: 6, left: 1, example: 'c: EACCES' } }]);
  });

  it('goes on in the next round where one had no time left', async () => {
    await live('long', 'ecs: {mount: /mnt/efs}\n', STACK, '2026-11-20T12:00:00Z');
    const asked: { after?: string }[] = [];
    const copier = async (event: { after?: string }) =>
      asked.push(event) && part(asked.length === 1 ? { after: 'b' } : {});
    const seconds = [300, 30];
    const short = { getRemainingTimeInMillis: () => (seconds.shift() ?? 0) * 1000 } as ReturnType<typeof context>;
    await withCopier(copier, async () => {
      await begin({ pilot: 'long', ...PRODUCTION }, 'backup', {
        at: new Date().toISOString(),
        begunAt: new Date().toISOString(),
        ...{ status: 'making', days: 7, by: 'ada' },
        files: { copier: STACK.BackupsCopier, bucket: 'b', state: 'wanted', copied: 0, bytes: 0, removed: 0, left: 0 },
      });
      const event = { detail: { pilot: 'long', ...PRODUCTION } };
      await handler(event, short);
      expect((await backups('long')).find(({ by }) => by)).toMatchObject({ status: 'making', files: { after: 'b' } });
      await handler(event, context());
    });
    expect((await backups('long')).find(({ by }) => by)).toMatchObject({ status: 'done', files: { copied: 4 } });
  });

  it('that fails is told with what the function said, and tried again', async () => {
    await live('broken', VOLUME, STACK, '2026-11-20T12:00:00Z');
    let works = false;
    const copier = async () => {
      if (!works) throw new Error('The specified bucket does not exist');
      return part();
    };
    await withCopier(copier, async () => {
      await round('2026-11-21T03:01:00Z');
      expect(events('BackupFailed')).toMatchObject([
        {
          code: 'FILES_NOT_COPIED',
          again: true,
          reason: expect.stringContaining('The specified bucket does not exist'),
        },
      ]);
      works = true;
      await round('2026-11-21T03:20:00Z');
    });
    expect(await backups('broken')).toMatchObject([{ status: 'done' }]);
  });

  it('whose function is gone is told', async () => {
    await live('nobody', VOLUME, { ...STACK, BackupsCopier: 'gone--backups' }, '2026-11-20T12:00:00Z');
    await withCopier(
      async () => part(),
      () => round('2026-11-21T03:01:00Z'),
    );
    expect(events('BackupFailed')).toMatchObject([{ reason: expect.stringContaining('gone--backups is gone') }]);
  });
});

describe('a drill', () => {
  const at = '2026-11-21T09:00:00.000Z';
  const instance = 'drill-20261121090000-drilled';

  it('restores a snapshot into a database of its own, looks at it and removes it', async () => {
    await live('drilled', 'database: {}\n', { DatabaseId: shop }, '2026-11-20T12:00:00Z');
    const snapshot = 'for-the-drill';
    await reached(shop);
    await new RDSClient({}).send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: shop, DBSnapshotIdentifier: snapshot }),
    );
    await available(snapshot);
    const drill = { at, status: 'making' as const, database: shop, snapshot, instance, state: 'wanted' as const };
    await begin({ pilot: 'drilled', ...PRODUCTION }, 'drill', drill);
    const now = () => listOf({ pilot: 'drilled', ...PRODUCTION }, 'drill').then(([row]) => row);
    await until(async () => {
      await handler({ detail: { pilot: 'drilled', ...PRODUCTION } }, context());
      return (await now())?.status !== 'making';
    });
    expect(await now()).toMatchObject({
      status: 'done',
      checks: [expect.stringMatching(/^postgres 1\d\S*, 20 GiB: available$/), 'it answers at its address'],
      begunAt: expect.any(String),
      thereAt: expect.any(String),
    });
    expect(await instanceOf(instance)).toBeUndefined();
    expect(await instanceOf(shop)).toMatchObject({ DBInstanceStatus: 'available' });
    expect(events('BackupMade')).toMatchObject([{ what: 'drill', facts: { snapshot } }]);
  }, 60_000);

  it('of a snapshot that is gone fails and leaves nothing', async () => {
    await live('drilled', 'database: {}\n', { DatabaseId: shop }, '2026-11-20T12:00:00Z');
    const drill = {
      at,
      status: 'making' as const,
      database: shop,
      snapshot: 'gone',
      instance,
      state: 'wanted' as const,
    };
    await begin({ pilot: 'drilled', ...PRODUCTION }, 'drill', drill);
    await handler({ detail: { pilot: 'drilled', ...PRODUCTION } }, context());
    expect(events('BackupFailed')).toMatchObject([{ what: 'drill', code: 'SNAPSHOT_GONE', again: false }]);
    expect(await instanceOf(instance)).toBeUndefined();
  });

  it('whose snapshot goes while its database is being made leaves none', async () => {
    await live('drilled', 'database: {}\n', { DatabaseId: shop }, '2026-11-20T12:00:00Z');
    // As an earlier look left it that was cut off right after it had asked.
    await database(instance, [{ Key: 'pilotage:kind', Value: 'drill' }]);
    const drill = {
      at,
      status: 'making' as const,
      database: shop,
      snapshot: 'gone',
      instance,
      state: 'wanted' as const,
    };
    await begin({ pilot: 'drilled', ...PRODUCTION }, 'drill', drill);
    await until(async () => {
      await handler({ detail: { pilot: 'drilled', ...PRODUCTION } }, context());
      return (await listOf({ pilot: 'drilled', ...PRODUCTION }, 'drill'))[0]?.status !== 'making';
    });
    expect(events('BackupFailed')).toMatchObject([{ what: 'drill', code: 'SNAPSHOT_GONE' }]);
    expect(await instanceOf(instance)).toBeUndefined();
  });

  it('never touches a database that has the name of its own already', async () => {
    await live('drilled', 'database: {}\n', { DatabaseId: shop }, '2026-11-20T12:00:00Z');
    await reached(shop);
    const drill = {
      at,
      status: 'making' as const,
      database: shop,
      snapshot: 'for-the-drill',
      state: 'wanted' as const,
    };
    await begin({ pilot: 'drilled', ...PRODUCTION }, 'drill', { ...drill, instance: shop });
    await handler({ detail: { pilot: 'drilled', ...PRODUCTION } }, context());
    expect(events('BackupFailed')).toMatchObject([{ what: 'drill', code: 'NAME_TAKEN' }]);
    expect(await instanceOf(shop)).toMatchObject({ DBInstanceStatus: 'available' });
  });
});
