import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
beforeEach(() => {
  desk.aws.asked.length = 0;
});
afterAll(() => desk.close());

const answers = (answer: object) => {
  desk.aws.api = () => ({ ok: true, answer });
};
const SNAPSHOT = 'pilotage-backup-acme-shop-production-20261121030000';
const VIEW = {
  ...{ pilot: 'acme-shop', environment: 'production', schedule: 'cron(0 3 * * ? *)', days: 7 },
  database: {
    ...{ id: 'acme-shop-production', status: 'available', storage: 20, days: 7 },
    window: { earliest: '2026-11-14T03:10:00.000Z', latest: '2026-11-21T11:55:00.000Z' },
  },
  snapshots: [
    {
      id: 'pilotage-backup-acme-shop-production-20261122030000',
      kind: 'backup',
      status: 'creating',
      percent: 40,
      storage: 20,
    },
    {
      ...{ id: SNAPSHOT, kind: 'backup', status: 'available', percent: 100, storage: 20 },
      ...{ at: '2026-11-21T03:00:12.000Z', keptUntil: '2026-11-28T03:00:12.000Z' },
    },
  ],
  backups: [
    {
      ...{ at: '2026-11-21T03:00:00.000Z', status: 'done', keptUntil: '2026-11-28T03:00:00.000Z' },
      files: { bucket: 'files', state: 'done', copied: 3, bytes: 2_000, removed: 1, left: 1, example: 'a: EACCES' },
    },
  ],
  drills: [
    {
      ...{ at: '2026-11-21T09:00:00.000Z', status: 'done', state: 'over', snapshot: SNAPSHOT, instance: 'drill-1' },
      ...{
        begunAt: '2026-11-21T09:00:10.000Z',
        thereAt: '2026-11-21T09:12:10.000Z',
        checks: ['postgres 18.1, 20 GiB: available'],
      },
    },
  ],
  restored: [],
};

describe('pilot backups', () => {
  it('shows what there is: automatic ones, snapshots, files, and how long a restore took', async () => {
    answers(VIEW);
    const { exit, out } = await desk.type('backups', 'acme-shop');
    expect(exit).toBe(0);
    expect(out).toContain('acme-shop in production: a backup by cron(0 3 * * ? *), kept for 7 days');
    const { schedule: _, ...unscheduled } = VIEW;
    answers(unscheduled);
    expect((await desk.type('backups', 'acme-shop')).out).toContain(
      'no schedule (backups.at); --now makes one, kept for 7',
    );
    const { days: __, ...without } = unscheduled;
    answers(without);
    expect((await desk.type('backups', 'acme-shop')).out).toContain(
      'no section backups, so that none is made, nor by --now',
    );
    expect(out).toContain('any moment from 2026-11-14 03:10 to 2026-11-21 11:55 UTC');
    expect(out).toMatch(/backup {2}40 % /);
    expect(out).toMatch(new RegExp(`2026-11-21 03:00 +backup +available +20 GiB +2026-11-28 +${SNAPSHOT}`));
    expect(out).toMatch(
      /2026-11-21 03:00 +done +3 copied, 2(\.0)? kB, 1 gone +1 not copied: a: EACCES +2026-11-28 +files/,
    );
    expect(out).toMatch(/2026-11-21 09:00 +done +12 min.* \(removed again\) +postgres 18\.1/);
  });

  const RESTORED = {
    ...{ id: 'restored-1', status: 'available', name: 'app', user: 'app' },
    ...{
      address: { host: 'restored-1.example.com', port: 5432 },
      secret: 'arn:aws:secretsmanager:x:1:secret:rds!db-1',
    },
  };

  it.each([
    ['postgres', 'pg_dump "host=restored-1.example.com port=5432 dbname=app user=app sslmode=require" > restored.sql'],
    ['mysql', 'mysqldump --ssl-mode=REQUIRED --host=restored-1.example.com --port=5432 --user=app --password'],
    ['mariadb', 'mariadb-dump --ssl --host=restored-1.example.com'],
  ])('says of a restored %s what to type to go back to what is in it', async (engine, dump) => {
    answers({ ...VIEW, restored: [{ ...RESTORED, engine }] });
    const { out } = await desk.type('backups', 'acme-shop', '--env', 'staging');
    expect(out).toContain('restored-1 is available, beside the present database, until somebody removes it');
    expect(out).toContain(
      'at restored-1.example.com:5432, from the pilot’s own network alone: pilot exec acme-shop --env',
    );
    // A shell would read the exclamation mark.
    expect(out).toContain(`aws secretsmanager get-secret-value --secret-id '${RESTORED.secret}' --query SecretString`);
    expect(out).toContain(dump);
    expect(out).toContain('pilot offline acme-shop --env staging');
    expect(out).toContain('aws rds delete-db-instance --db-instance-identifier restored-1 --skip-final-snapshot');
  });

  it('says nothing of how to reach what is still being made', async () => {
    const { secret: _, address: __, ...making } = RESTORED;
    answers({ ...VIEW, restored: [{ ...making, status: 'creating', engine: 'postgres' }] });
    expect((await desk.type('backups', 'acme-shop')).out).toContain('restored-1 is creating: once it is there');
  });

  it('says first why one could not be made', async () => {
    const trouble = { code: 'SNAPSHOT_QUOTA', reason: 'the quota is used up' };
    answers({ ...VIEW, backups: [{ ...VIEW.backups[0], status: 'making', trouble }] });
    expect((await desk.type('backups', 'acme-shop')).out).toContain(
      '2026-11-21 03:00: SNAPSHOT_QUOTA the quota is used up',
    );
  });

  it('gives a program all of it', async () => {
    answers(VIEW);
    expect(JSON.parse((await desk.type('backups', 'acme-shop', '--json')).out)).toEqual({ ok: true, ...VIEW });
  });

  it('--now asks for one, --drill for a restore that is removed again', async () => {
    answers({ at: '2026-11-21T12:00:00.000Z' });
    expect((await desk.type('backups', 'acme-shop', '--now', '--env', 'staging')).out).toBe(
      'a backup of acme-shop in staging is on its way\n  how it goes: pilot backups acme-shop --env staging\n',
    );
    answers({ at: '2026-11-21T12:00:00.000Z', snapshot: SNAPSHOT, instance: 'drill-1' });
    expect((await desk.type('backups', 'acme-shop', '--drill')).out).toContain(
      `${SNAPSHOT} is restored into drill-1, which is removed again`,
    );
    expect(desk.aws.asked).toMatchObject([
      { action: 'backup', environment: 'staging' },
      { action: 'drill', environment: 'production' },
    ]);
  });

  it('takes a snapshot’s name for a drill alone', async () => {
    expect(await desk.type('backups', 'acme-shop', '--snapshot', 'one')).toMatchObject({ exit: 2 });
    expect(await desk.type('backups', 'acme-shop', '--drill', '--snapshot', 'one--two')).toMatchObject({ exit: 2 });
    expect(desk.aws.asked).toEqual([]);
  });
});

describe('pilot restore', () => {
  const PLAN = {
    ...{ pilot: 'acme-shop', environment: 'production', age: 93_600 },
    snapshot: {
      id: SNAPSHOT,
      kind: 'backup',
      status: 'available',
      percent: 100,
      storage: 20,
      at: '2026-11-20T03:00:00.000Z',
    },
    database: { id: 'acme-shop-production', status: 'available', storage: 40 },
    isOffline: false,
    deployments: [
      { id: 'acme-shop_production_20261120T120000Z-0123456789ab', release: '3f9a1c2e', at: '2026-11-20T12:10:00.000Z' },
    ],
    migrations: [
      { release: '3f9a1c2e', status: 'done', at: '2026-11-20T12:05:00.000Z', was: 'reverted' },
      { release: '5b', status: 'reverted', at: '2026-11-19T12:05:00.000Z', was: 'done' },
      { release: '7c', status: 'done', at: '2026-11-20T03:01:00.000Z', was: 'unknown' },
    ],
  };

  it('shows what would be lost, restores nothing and says what to type', async () => {
    answers(PLAN);
    const { exit, out } = await desk.type('restore', 'acme-shop', '--snapshot', SNAPSHOT);
    expect(exit).toBe(1);
    expect(out).toContain('all that was written since: 26 h');
    expect(out).toContain('2026-11-20 12:10  3f9a1c2e  acme-shop_production_20261120T120000Z-0123456789ab');
    const told = out.split('\n');
    expect(told[told.findIndex((line) => line.endsWith('run again with their releases:')) + 1]).toBe(
      '    2026-11-20 12:05  3f9a1c2e  done now',
    );
    expect(told[told.findIndex((line) => line.endsWith('taken back since, and are in it:')) + 1]).toBe(
      '    2026-11-19 12:05  5b  reverted now',
    );
    expect(told[told.findIndex((line) => line.endsWith('pilot migrate acme-shop:')) + 1]).toBe(
      '    2026-11-20 03:01  7c  done now',
    );
    expect(out).toContain(`pilot restore acme-shop --snapshot ${SNAPSHOT} --confirm acme-shop\n`);
    expect(desk.aws.asked).toMatchObject([{ action: 'restorable', snapshot: SNAPSHOT }]);
  });

  it('restores once the pilot’s name is said again, and not for another name', async () => {
    answers({ at: '2026-11-21T12:00:00.000Z', snapshot: SNAPSHOT, instance: 'restored-1' });
    expect(await desk.type('restore', 'acme-shop', '--snapshot', SNAPSHOT, '--confirm', 'acme-site')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('NOT_CONFIRMED'),
    });
    expect(desk.aws.asked).toEqual([]);
    expect(await desk.type('restore', 'acme-shop', '--snapshot', SNAPSHOT, '--confirm', 'acme-shop')).toMatchObject({
      exit: 0,
      out: expect.stringContaining('is restored into restored-1, which stays beside the present database'),
    });
    expect(desk.aws.asked).toMatchObject([{ action: 'restore', snapshot: SNAPSHOT, request: expect.any(String) }]);
  });

  it('says of a restore in place what goes, and each command to type', async () => {
    const shown = async (isOffline: boolean) => {
      answers({ ...PLAN, isOffline });
      return desk.type('restore', 'acme-shop', '--snapshot', SNAPSHOT, '--in-place', '--env', 'staging');
    };
    const { exit, out } = await shown(false);
    expect(exit).toBe(1);
    expect(out).toContain('In its place acme-shop-production would be removed, and leave a last snapshot.');
    const again = `pilot restore acme-shop --snapshot ${SNAPSHOT} --in-place --confirm acme-shop --env staging`;
    expect(out).toMatch(
      new RegExp(`pilot offline acme-shop --env staging\\n +${again}\\n +pilot online acme-shop --env staging\\n`),
    );
    expect((await shown(true)).out).not.toContain('pilot offline');
    expect(desk.aws.asked).toMatchObject([{ action: 'restorable', inPlace: true }, { action: 'restorable' }]);
  });

  it('says what becomes of the automatic backups of the database that goes', async () => {
    const window = { earliest: '2026-11-14T03:00:00.000Z', latest: '2026-11-21T11:55:00.000Z' };
    const shown = async (stays: boolean) => {
      answers({ ...PLAN, window: { ...window, stays } });
      return (await desk.type('restore', 'acme-shop', '--snapshot', SNAPSHOT, '--in-place')).out;
    };
    const any = 'of any moment from 2026-11-14 03:00 to 2026-11-21 11:55 UTC,';
    expect(await shown(true)).toContain(`${any} RDS keeps`);
    expect(await shown(false)).toContain(`${any} go with it`);
  });

  it('says of a snapshot that cannot take the place why, and takes nobody offline for it', async () => {
    const hint = `pilot restore acme-shop --snapshot ${SNAPSHOT} --confirm acme-shop restores it beside the present database`;
    answers({ ...PLAN, problem: { code: 'SNAPSHOT_OTHER_USER', message: 'another user', hint } });
    const { exit, out } = await desk.type('restore', 'acme-shop', '--snapshot', SNAPSHOT, '--in-place');
    expect(exit).toBe(1);
    expect(out).toContain('SNAPSHOT_OTHER_USER');
    expect(out).toContain(hint);
    expect(out).not.toContain('pilot offline');
    expect(out).not.toContain('--in-place --confirm');
  });

  it('restores in place as a deployment once the pilot’s name is said again', async () => {
    const id = 'acme-shop_production_20261121T120000Z-0123456789ab';
    answers({ deployment: id, snapshot: SNAPSHOT, release: '3f9a1c2e' });
    const said = [
      'restore',
      'acme-shop',
      '--snapshot',
      SNAPSHOT,
      '--in-place',
      '--confirm',
      'acme-shop',
      '--no-follow',
    ];
    expect(await desk.type(...said)).toMatchObject({
      exit: 0,
      out: expect.stringContaining('takes the place of the database of acme-shop in production, which stays offline'),
    });
    expect(desk.aws.asked).toMatchObject([{ action: 'rewind', snapshot: SNAPSHOT, request: expect.any(String) }]);
  });

  it('in place is told of by status and history: from what to what was lost, and where it still is', async () => {
    const facts = {
      restored: SNAPSHOT,
      lost: '2026-11-20T03:00:00Z to 2026-11-21T12:00:00Z',
      lastSnapshot: 'acme-shop-production-snapshot-1',
    };
    const restored = {
      ...{ id: 'acme-shop_production_20261121T120000Z-0123456789ab', pilot: 'acme-shop', environment: 'production' },
      ...{ trigger: { kind: 'restore', snapshot: SNAPSHOT, request: 'r' }, status: 'succeeded', steps: {}, facts },
      ...{ requestedAt: '2026-11-21T12:00:00.000Z', finishedAt: '2026-11-21T12:20:00.000Z', seconds: 1200 },
    };
    const words = `the database went back to the snapshot ${SNAPSHOT}, without what was written from ${facts.lost}, which is in ${facts.lastSnapshot}`;
    answers([restored]);
    expect((await desk.type('history', 'acme-shop')).out).toContain(`restore; ${words}`);
    const offline = { at: '2026-11-21T11:00:00.000Z', release: '3f9a1c2e' };
    answers([
      { pilot: 'acme-shop', environment: 'production', last: restored, offline, live: { weights: {}, fence: 1 } },
    ]);
    expect((await desk.type('status', 'acme-shop')).out).toContain(`since 2026-11-21T11:00:00Z; ${words}`);
  });

  it('needs a snapshot', async () => {
    expect(await desk.type('restore', 'acme-shop')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('--snapshot'),
    });
  });
});
