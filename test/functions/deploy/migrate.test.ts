import { freeFrom } from '../../../shared/ledger/lock.ts';
import { settleMigration } from '../../../shared/ledger/migration-settling.ts';
import { findMigration, listMigrations } from '../../../shared/ledger/migrations.ts';
import { type Account, openAccount } from '../../migrating/account.ts';
import {
  deploymentOf,
  ELSEWHERE,
  MIGRATIONS,
  OWN,
  PILOT,
  planFor,
  rollbackTo,
  wasLive,
} from '../../migrating/pilot.ts';
import { goThrough, steps, uploadSite } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
let account: Account;
beforeAll(async () => {
  [stage, account] = await Promise.all([setStage(), openAccount()]);
  for (const service of ['ECS', 'RDS', 'CLOUDWATCH_LOGS']) process.env[`AWS_ENDPOINT_URL_${service}`] = account.url;
});
beforeEach(async () => {
  await stage.fresh();
  account.reset();
});
afterAll(async () => {
  account.close();
  await stage.close();
});

const RELEASE = '1'.repeat(20);
const OLDER = '2'.repeat(20);
const WHOSE = { pilot: PILOT, environment: 'production' };
const row = (release = RELEASE) => findMigration(WHOSE, release);
const run = (id: string, again = false) => stage.run(steps.migrate, 'Migrate', id, { again });
const runs = () => account.calls.filter((call) => call === 'RunTask').length;
const begin = (manifest = ELSEWHERE + MIGRATIONS) => deploymentOf(stage, RELEASE, manifest);

describe('Migrate', () => {
  it('has nothing to do for a release without migrations', async () => {
    const { id } = await uploadSite(stage, 'plain', { 'index.html': 'x' });
    await goThrough(stage, id, 'Configure');
    expect(await run(id)).toMatchObject({ success: {} });
  });

  it('runs the command once, waits for its end, and tells how it ended', async () => {
    const { id } = await begin();
    expect(await run(id)).toBeUndefined();
    expect(account.tasks).toMatchObject([{ command: ['db', 'upgrade'] }]);
    expect(await row()).toMatchObject({ status: 'running', deployment: id });
    expect(await run(id, true)).toBeUndefined();
    account.end(0);
    expect(await run(id, true)).toMatchObject({ success: {} });
    expect(await row()).toMatchObject({ status: 'done', exitCode: 0 });
    expect((await stage.now(id)).facts).toMatchObject({ migration: 'exit code 0' });
    expect([runs(), account.snapshots]).toEqual([1, []]);
  });

  it('is never run again: not by another run of the step, nor by another deployment', async () => {
    const { id } = await begin();
    await run(id);
    account.end(0);
    await run(id);
    expect(await run(id)).toMatchObject({ success: {} });
    await freeFrom(PILOT, 'production', id);
    const other = await begin();
    expect(await run(other.id)).toMatchObject({ success: {} });
    expect(runs()).toBe(1);
    expect((await stage.now(other.id)).facts).not.toHaveProperty('migration');
  });

  it('finds the task again whose start was not answered', async () => {
    const { id } = await begin();
    account.after.RunTask = () => true;
    expect(await run(id)).toBeUndefined();
    expect(account.tasks).toHaveLength(1);
    expect((await row())?.run?.handle).toBe(account.tasks[0]?.arn);
  });

  it('fails with the exit code, the last lines and where all of them are; without what looks like a secret', async () => {
    const { id } = await begin();
    await run(id);
    account.log = ['migrating', 'connecting to postgres://app:hunter2@db/app', 'relation "orders" does not exist'];
    account.end(3);
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    const { failure, facts } = await stage.now(id);
    expect(failure).toMatchObject({ code: 'MIGRATION_FAILED', step: 'Migrate' });
    const { reason } = failure as { reason: string };
    expect(reason).toMatch(/exit code 3.*pilot migrate acme-shop shows it.*relation "orders" does not exist.*https:/);
    expect(facts.migrationLog).toMatch(/^https:/);
    expect(JSON.stringify([await row(), await stage.now(id)])).not.toContain('hunter2');

    await freeFrom(PILOT, 'production', id);
    const other = await begin();
    expect(await run(other.id)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(other.id)).failure).toMatchObject({ reason: expect.stringContaining(id) });
    expect(runs()).toBe(1);
  });

  it('keeps no more than two kilobytes of what it wrote', async () => {
    const { id } = await begin();
    await run(id);
    account.log = Array.from({ length: 10_000 }, (_, n) => `${n} ${'ä'.repeat(500)}`);
    account.end(1);
    await run(id, true);
    const { log = [] } = (await row()) ?? {};
    expect(log.at(-1)).toMatch(/^9999 /);
    expect(Buffer.byteLength(log.join(''))).toBeLessThanOrEqual(2_000);
    expect((await stage.now(id)).failure).toMatchObject({ reason: expect.stringMatching(/^.{1,1200}$/su) });
  });

  it.each([
    ['whose image cannot be pulled', 'CannotPullContainerError: not found', 'IMAGE_NOT_FOUND'],
    [
      'whose secret is missing',
      'ResourceInitializationError: unable to pull secrets: ResourceNotFoundException',
      'SECRET_NOT_READ',
    ],
  ])('of a task %s fails, and is tried again by the next deployment', async (_, reason, code) => {
    const { id } = await begin();
    await run(id);
    account.end(undefined, reason);
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).failure).toMatchObject({ code, reason: expect.stringContaining('was not started') });
    expect((await row())?.status).toBe('wanted');

    await freeFrom(PILOT, 'production', id);
    const other = await begin();
    expect(await run(other.id)).toBeUndefined();
    expect(account.tasks).toHaveLength(2);
  });

  it('says so where ECS has no room', async () => {
    account.noRoom = 'RESOURCE:MEMORY';
    const { id } = await begin();
    expect(await run(id)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).failure).toMatchObject({
      code: 'TASK_NOT_STARTED',
      reason: expect.stringContaining('RESOURCE:MEMORY'),
    });
    expect((await row())?.status).toBe('wanted');
  });

  it('is ended when it takes too long, and has failed then whatever it says', async () => {
    const { id } = await begin();
    await run(id);
    const [task] = account.tasks;
    if (task) task.startedAt = Date.now() - 11 * 60_000;
    expect(await run(id, true)).toBeUndefined();
    expect(account.calls).toContain('StopTask');
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).failure).toMatchObject({
      code: 'MIGRATION_TIMEOUT',
      reason: expect.stringContaining('10m'),
    });
  });

  it('starts nothing for a deployment that has lost the lock, or is on its way back', async () => {
    const lost = await begin();
    await freeFrom(PILOT, 'production', lost.id);
    expect(await run(lost.id)).toMatchObject({ error: 'Unexpected' });
    const { id } = await begin();
    await run(id);
    expect(runs()).toBe(1);
    await stage.fresh();
    const back = await begin();
    account.after.RegisterTaskDefinition = async () => {
      await stage.run(steps.rollback, 'Rollback', back.id, { failure: { Error: 'X', Cause: '{}' } });
      return false;
    };
    await run(back.id);
    expect([runs(), (await row())?.status]).toEqual([1, 'wanted']);
  });

  it('is run again after a person said so, and not after they said that it is done', async () => {
    const { id } = await begin();
    await run(id);
    account.end(1);
    await run(id, true);
    for (const [as, status, tasks] of [
      ['again', 'running', 2],
      ['done', 'done', 2],
    ] as const) {
      const [failed] = await listMigrations(WHOSE);
      if (!failed) throw new Error('it is gone');
      expect(await settleMigration(WHOSE, failed, as, 'ada@laptop')).toBe(true);
      await freeFrom(PILOT, 'production', failed.deployment);
      const next = await begin();
      await run(next.id);
      expect([(await row())?.status, account.tasks.length]).toEqual([status, tasks]);
      account.end(1);
      await run(next.id, true);
    }
  });

  it('fails a rollback over what cannot be taken back, though that ran only while the rollback waited', async () => {
    await wasLive(OLDER);
    const newer = await begin(`${ELSEWHERE}migrations: { command: [db, upgrade], timeout: 10m }\n`);
    await run(newer.id);
    account.end(0);
    await run(newer.id, true);
    await freeFrom(PILOT, 'production', newer.id);
    const back = await rollbackTo(stage, OLDER, ELSEWHERE);
    expect(await run(back.id)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(back.id)).failure).toMatchObject({
      code: 'MIGRATION_IRREVERSIBLE',
      reason: expect.stringContaining('--force'),
    });
    await freeFrom(PILOT, 'production', back.id);
    const forced = await rollbackTo(stage, OLDER, ELSEWHERE, { force: true });
    expect(await run(forced.id)).toMatchObject({ success: {} });
  });

  it('runs for a rollback only what was taken back', async () => {
    const forward = await rollbackTo(stage, RELEASE, ELSEWHERE + MIGRATIONS);
    expect(await run(forward.id)).toMatchObject({ success: {} });
    expect(runs()).toBe(0);
  });
});

describe('a snapshot', () => {
  const second = async () => {
    await wasLive(OLDER);
    return begin(OWN + MIGRATIONS);
  };

  it('is not taken before the first release: there is nothing to lose', async () => {
    const { id } = await begin(OWN + MIGRATIONS);
    await run(id);
    expect([account.snapshots, runs()]).toEqual([[], 1]);
  });

  it('is taken, tagged and complete before the command starts', async () => {
    const { id } = await second();
    expect(await run(id)).toBeUndefined();
    expect(account.snapshots).toMatchObject([
      {
        id: expect.stringMatching(/^pilotage-acme-shop-production-\d{8}t\d{6}z-[0-9a-f]{12}$/),
        tags: {
          'pilotage:pilot': PILOT,
          'pilotage:environment': 'production',
          'pilotage:deployment': id,
          'pilotage:release': RELEASE,
        },
      },
    ]);
    expect(await run(id, true)).toBeUndefined();
    expect([runs(), (await stage.now(id)).progress]).toEqual([0, expect.stringContaining('40 %')]);

    for (const one of account.snapshots) one.status = 'available';
    expect(await run(id, true)).toBeUndefined();
    expect(runs()).toBe(1);
    account.end(0);
    await run(id, true);
    const [taken] = account.snapshots;
    expect(await row()).toMatchObject({ status: 'done', snapshot: taken?.id });
    expect((await stage.now(id)).facts.snapshot).toBe(taken?.id);
  });

  it('is one, though its first asking was not answered', async () => {
    const { id } = await second();
    account.after.CreateDBSnapshot = () => true;
    expect(await run(id)).toBeUndefined();
    expect(account.snapshots).toHaveLength(1);
  });

  it('is waited for while the database is busy, and given up where it stays so', async () => {
    const { id } = await second();
    account.database = { id: `${PILOT}-production`, status: 'backing-up' };
    expect(await run(id)).toBeUndefined();
    expect((await stage.now(id)).progress).toContain('backing-up');
    account.database.status = 'storage-full';
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(id)).failure).toMatchObject({
      code: 'DATABASE_NOT_AVAILABLE',
      reason: expect.stringContaining('storage-full'),
    });
  });

  it.each([
    ['that fails', 'SNAPSHOT_FAILED', () => Object.assign(account.snapshots[0] ?? {}, { status: 'failed' })],
    ['for which there is no quota', 'SNAPSHOT_QUOTA', () => undefined],
    ['of a database that is gone', 'DATABASE_GONE', () => undefined],
  ])('%s leaves the database as it is', async (_, code, happens) => {
    const { id } = await second();
    if (code === 'SNAPSHOT_QUOTA') account.quota = 0;
    if (code === 'DATABASE_GONE') account.database = undefined;
    await run(id);
    happens();
    await run(id, true);
    expect((await stage.now(id)).failure).toMatchObject({
      code,
      reason: expect.stringContaining('nothing was migrated'),
    });
    expect([runs(), (await row())?.status]).toEqual([0, 'wanted']);
  });

  it('is not Pilotage’s to take of a database elsewhere, nor where the manifest wants none', async () => {
    await wasLive(OLDER);
    const { id } = await begin(ELSEWHERE + MIGRATIONS);
    await run(id);
    await freeFrom(PILOT, 'production', id);
    const none = await deploymentOf(stage, '3'.repeat(20), `${OWN}migrations: { command: [up], snapshot: false }\n`);
    await run(none.id);
    expect([runs(), account.snapshots]).toEqual([2, []]);
  });

  it('is needed once something was migrated, though no release was live', async () => {
    const { id } = await begin(OWN + MIGRATIONS);
    await run(id);
    account.end(0);
    await run(id, true);
    await freeFrom(PILOT, 'production', id);
    const next = await deploymentOf(stage, '3'.repeat(20), OWN + MIGRATIONS);
    await run(next.id);
    expect([runs(), account.snapshots.length, planFor(RELEASE).stack?.DatabaseId]).toEqual([
      1,
      1,
      'acme-shop-production',
    ]);
  });
});
