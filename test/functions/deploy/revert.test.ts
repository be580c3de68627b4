import { update } from '../../../shared/aws/table.ts';
import { freeFrom } from '../../../shared/ledger/lock.ts';
import { claimStart, wantMigration } from '../../../shared/ledger/migration-runs.ts';
import { settleMigration } from '../../../shared/ledger/migration-settling.ts';
import { findMigration, migrationKey } from '../../../shared/ledger/migrations.ts';
import { type Account, openAccount } from '../../migrating/account.ts';
import {
  deploymentOf,
  ELSEWHERE,
  MIGRATIONS,
  PILOT,
  reversibleTo,
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

const [ONE, TWO, THREE] = ['1', '2', '3'].map((digit) => digit.repeat(20)) as [string, string, string];
const [V1, V2, V3] = ['v1', 'v2', 'v3'].map((version) => ELSEWHERE + reversibleTo(version)) as [string, string, string];
const FAILURE = { Error: 'Failed', Cause: '{"reason":"it broke"}' };
const DOWN = ['db', 'downgrade'];
const statusOf = async (release: string) =>
  (await findMigration({ pilot: PILOT, environment: 'production' }, release))?.status;
const commands = () => account.tasks.map(({ command }) => command.join(' '));
const run = (id: string, again = false) => stage.run(steps.revert, 'Revert', id, { again });
const leave = (id: string) => freeFrom(PILOT, 'production', id);

/** A deployment that has migrated; then, a release that is live where it went on. */
async function migrated(release: string, manifest: string, exitCode = 0) {
  const { id } = await deploymentOf(stage, release, manifest);
  await stage.run(steps.migrate, 'Migrate', id);
  account.end(exitCode);
  await stage.run(steps.migrate, 'Migrate', id, { again: true });
  return id;
}
async function live(release: string, manifest: string) {
  await leave(await migrated(release, manifest));
  await wasLive(release);
}
const giveBack = (id: string) => stage.run(steps.rollback, 'Rollback', id, { failure: FAILURE });
/** As far as Finish, which marks that the traffic has moved for good. */
async function rolledBackTo(release: string, manifest: string, more?: { force: boolean }) {
  const { id } = await rollbackTo(stage, release, manifest, more);
  await stage.given(id, { alreadyLive: true });
  await stage.run(steps.finish, 'Finish', id);
  return id;
}
const factsOf = async (id: string) => (await stage.now(id)).facts;
const warningOf = async (id: string) => (await stage.now(id)).warnings?.Revert;

describe('Revert', () => {
  it('has nothing to do for a release without migrations', async () => {
    const { id } = await uploadSite(stage, 'plain', { 'index.html': 'x' });
    await goThrough(stage, id, 'Finish');
    expect(await stage.run(steps.revert, 'Revert', id)).toMatchObject({ success: {} });
  });

  it('leaves the migration of a release that went live', async () => {
    const id = await migrated(ONE, V1);
    await stage.given(id, { alreadyLive: true });
    await stage.run(steps.finish, 'Finish', id);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(ONE), commands()]).toEqual(['done', ['db upgrade']]);
  });

  it('leaves a migration that a person said is done: what it did may be the work of a release that serves', async () => {
    await live(ONE, V1);
    await leave(await migrated(TWO, V2, 1));
    const whose = { pilot: PILOT, environment: 'production' };
    const failed = await findMigration(whose, TWO);
    if (!failed) throw new Error('there is no row');
    expect(await settleMigration(whose, failed, 'done', 'ada@laptop')).toBe(true);
    await wasLive(TWO);
    const id = await rolledBackTo(ONE, V1);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['done', ['db upgrade', 'db upgrade']]);
    expect(await warningOf(id)).toContain('ada@laptop said that it is done');
  });

  it('takes the migration of a failed rollout back, once, and tells it', async () => {
    await live(ONE, V1);
    const id = await migrated(TWO, V2);
    await giveBack(id);
    expect(await run(id)).toBeUndefined();
    expect(await statusOf(TWO)).toBe('reverting');
    expect(account.tasks.at(-1)?.command).toEqual(DOWN);
    account.end(0);
    for (const again of [true, false]) expect(await run(id, again)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['reverted', ['db upgrade', 'db upgrade', 'db downgrade']]);
    expect((await factsOf(id)).database).toBe(`taken back before the migration of release ${TWO}`);
    expect(await warningOf(id)).toBeUndefined();
  });

  it('lets the same release migrate anew after that', async () => {
    await live(ONE, V1);
    const id = await migrated(TWO, V2);
    await giveBack(id);
    await run(id);
    account.end(0);
    await run(id, true);
    await leave(id);
    await leave(await migrated(TWO, V2));
    expect([await statusOf(TWO), commands().slice(1)]).toEqual(['done', ['db upgrade', 'db downgrade', 'db upgrade']]);
  });

  it.each([
    ['that cannot be taken back', ELSEWHERE + MIGRATIONS],
    ['that the release before can work with', `${ELSEWHERE}migrations: { command: [db, upgrade], reversible: true }\n`],
  ])('leaves a migration %s, and says so', async (_, manifest) => {
    const id = await migrated(TWO, manifest);
    await giveBack(id);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['done', ['db upgrade']]);
    expect(await warningOf(id)).toBe(`the database stays as the migration of release ${TWO} left it`);
  });

  it('takes back nothing that failed: nobody knows how far it came', async () => {
    const id = await migrated(TWO, V2, 1);
    await giveBack(id);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['failed', ['db upgrade']]);
  });

  it('waits for a migration that still runs when the deployment is given up, and then takes it back', async () => {
    await live(ONE, V1);
    const { id } = await deploymentOf(stage, TWO, V2);
    await stage.run(steps.migrate, 'Migrate', id);
    await giveBack(id);
    expect(await run(id)).toBeUndefined();
    expect(commands()).toEqual(['db upgrade', 'db upgrade']);
    account.end(0);
    expect(await run(id, true)).toBeUndefined();
    account.end(0);
    expect(await run(id, true)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['reverted', ['db upgrade', 'db upgrade', 'db downgrade']]);
  });

  it('never starts a migration whose start was claimed and not made, and waits in case it was', async () => {
    const { id, fence = 0 } = await deploymentOf(stage, TWO, V2);
    const held = { id, pilot: PILOT, environment: 'production', fence };
    await wantMigration(held, { release: TWO, command: ['db', 'upgrade'], reversible: true, timeout: 600 }, undefined);
    await claimStart(held, TWO, 'run', 'up');
    await giveBack(id);
    for (const again of [false, true]) expect(await run(id, again)).toBeUndefined();
    expect([await statusOf(TWO), commands()]).toEqual(['starting', []]);
  });

  it('takes back, the last one first, all since the release that somebody goes back to was made', async () => {
    await live(ONE, V1);
    await live(TWO, V2);
    await live(THREE, V3);
    const id = await rolledBackTo(ONE, V1);
    expect(await run(id)).toBeUndefined();
    expect([await statusOf(THREE), await statusOf(TWO)]).toEqual(['reverting', 'done']);
    account.end(0);
    expect(await run(id, true)).toBeUndefined();
    expect([await statusOf(THREE), await statusOf(TWO)]).toEqual(['reverted', 'reverting']);
    account.end(0);
    expect(await run(id, true)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), await statusOf(ONE)]).toEqual(['reverted', 'done']);
    expect((await factsOf(id)).database).toContain(TWO);
  });

  it('takes nothing back where somebody forced the rollback', async () => {
    await live(ONE, V1);
    await live(TWO, V2);
    const id = await rolledBackTo(ONE, V1, { force: true });
    expect(await run(id)).toMatchObject({ success: {} });
    expect(await statusOf(TWO)).toBe('done');
  });

  it('stops at one that cannot be taken back now, and says what to do; who serves does not change by it', async () => {
    await live(ONE, V1);
    await live(TWO, V2);
    await live(THREE, V3);
    const id = await rolledBackTo(ONE, V1);
    await run(id);
    account.end(5);
    expect(await run(id, true)).toMatchObject({ success: {} });
    expect([await statusOf(THREE), await statusOf(TWO)]).toEqual(['revert-failed', 'done']);
    expect(await warningOf(id)).toMatch(/exit code 5.*pilot migrate acme-shop --settle/);
    expect(await factsOf(id)).not.toHaveProperty('database');
  });

  describe('of releases that share a version of the schema', () => {
    /** ONE at v1, TWO at v2, and THREE, which changes only code. */
    async function shared() {
      await live(ONE, V1);
      await live(TWO, V2);
      await live(THREE, V2);
    }

    it('leaves it to the release that brought it', async () => {
      await shared();
      const id = await rolledBackTo(TWO, V2);
      expect(await run(id)).toMatchObject({ success: {} });
      expect([await statusOf(THREE), await statusOf(TWO), commands()]).toEqual(['done', 'done', UPS]);
      expect((await factsOf(id)).database).toBe(
        `stays at version v2, which was there before release ${THREE}: there is nothing to take back`,
      );
    });

    it('takes it back once, with all who need it, whose commands run anew when they come back', async () => {
      await shared();
      await leave(await rolledBackTo(TWO, V2));
      const id = await rolledBackTo(ONE, V1);
      expect(await run(id)).toBeUndefined();
      expect([await statusOf(THREE), await statusOf(TWO)]).toEqual(['reverted', 'reverting']);
      account.end(0);
      expect(await run(id, true)).toMatchObject({ success: {} });
      expect([await statusOf(TWO), commands()]).toEqual(['reverted', [...UPS, 'db downgrade']]);
      expect((await factsOf(id)).database).toBe(`taken back before the migration of release ${TWO}`);
      const whose = { pilot: PILOT, environment: 'production' };
      expect(await findMigration(whose, THREE)).toMatchObject({ goneWith: TWO, deployment: id });

      await leave(id);
      await live(THREE, V2);
      expect([await statusOf(THREE), commands()]).toEqual(['done', [...UPS, 'db downgrade', 'db upgrade']]);
      expect(await findMigration(whose, THREE)).not.toHaveProperty('goneWith');
      // Now it is THREE that has brought it.
      const back = await rolledBackTo(ONE, V1);
      await run(back);
      account.end(0);
      expect(await run(back, true)).toMatchObject({ success: {} });
      expect([await statusOf(THREE), commands().length]).toEqual(['reverted', 6]);
    });

    it('never runs the command of who did nothing, wherever a worker was cut off', async () => {
      await shared();
      const id = await rolledBackTo(ONE, V1);
      let calls = 0;
      account.after.RunTask = () => {
        calls += 1;
        throw new Error('the worker is gone');
      };
      await run(id).catch(() => undefined);
      expect(calls).toBe(1);
      for (const again of [true, true]) {
        await run(id, again);
        account.end(0);
      }
      expect(await run(id, true)).toMatchObject({ success: {} });
      expect([await statusOf(THREE), await statusOf(TWO)]).toEqual(['reverted', 'reverted']);
      expect(commands()).toEqual([...UPS, 'db downgrade']);
    });

    it('notes that others go with it no earlier than its command can start', async () => {
      await shared();
      const id = await rolledBackTo(ONE, V1);
      const seen: unknown[] = [];
      account.after.RegisterTaskDefinition = async () => {
        seen.push(await statusOf(THREE), await statusOf(TWO));
        return false;
      };
      account.after.RunTask = async () => {
        seen.push(await statusOf(THREE), await statusOf(TWO));
        return false;
      };
      await run(id);
      expect(seen).toEqual(['done', 'done', 'reverted', 'reverting']);
    });

    it('leaves all of them where its command could not be started', async () => {
      await shared();
      const id = await rolledBackTo(ONE, V1);
      account.noRoom = 'RESOURCE:MEMORY';
      expect(await run(id)).toMatchObject({ success: {} });
      expect([await statusOf(THREE), await statusOf(TWO), commands()]).toEqual(['done', 'done', UPS]);
      expect(await findMigration({ pilot: PILOT, environment: 'production' }, THREE)).not.toHaveProperty('goneWith');
      expect(await warningOf(id)).toContain('it was not started');
    });

    it('takes nothing back for a rollout that failed and changed only code', async () => {
      await live(ONE, V1);
      await live(TWO, V2);
      const id = await migrated(THREE, V2);
      await giveBack(id);
      expect(await run(id)).toMatchObject({ success: {} });
      expect([await statusOf(THREE), commands()]).toEqual(['done', UPS]);
      expect((await factsOf(id)).database).toContain('stays at version v2');
      expect(await warningOf(id)).toBeUndefined();
    });

    const UPS = ['db upgrade', 'db upgrade', 'db upgrade'];
  });

  it('takes nothing back of a release that was planned before versions had to be said, and says why', async () => {
    await live(ONE, V1);
    await live(TWO, ELSEWHERE + MIGRATIONS.replace('timeout', 'reversible: true, timeout'));
    await update({
      key: migrationKey({ pilot: PILOT, environment: 'production' }, TWO),
      update: 'SET down = :down',
      values: { ':down': DOWN },
    });
    const id = await rolledBackTo(ONE, V1);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['done', ['db upgrade', 'db upgrade']]);
    expect(await warningOf(id)).toMatch(/says no migrations.version, so nobody can tell .* can work with the database/);
  });

  it('leaves what lies below a migration that no command takes back, and says so', async () => {
    await live(ONE, V1);
    await live(TWO, V2);
    await live(THREE, `${ELSEWHERE}migrations: { command: [db, upgrade], reversible: true, version: v3 }\n`);
    const id = await rolledBackTo(ONE, V1);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(THREE), await statusOf(TWO), commands().length]).toEqual(['done', 'done', 3]);
    expect(await warningOf(id)).toMatch(
      new RegExp(
        `${THREE} was not taken back: no command takes it back; so what release ${TWO} had migrated before stays`,
      ),
    );
  });

  it('goes past a migration that no command takes back where it changed nothing', async () => {
    await live(ONE, V1);
    await live(TWO, V2);
    await live(THREE, `${ELSEWHERE}migrations: { command: [db, upgrade], reversible: true, version: v2 }\n`);
    const id = await rolledBackTo(ONE, V1);
    expect(await run(id)).toBeUndefined();
    account.end(0);
    expect(await run(id, true)).toMatchObject({ success: {} });
    expect([await statusOf(THREE), await statusOf(TWO), commands().length]).toEqual(['reverted', 'reverted', 4]);
  });

  it('takes nothing back where nobody knows what was there before the first migration', async () => {
    const id = await migrated(ONE, V1);
    await giveBack(id);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(ONE), commands()]).toEqual(['done', ['db upgrade']]);
    expect(await warningOf(id)).toContain('nobody can tell whether version v1 was there already');
  });

  it('does nothing for a deployment that has lost the lock', async () => {
    const id = await migrated(TWO, V2);
    await giveBack(id);
    await leave(id);
    expect(await run(id)).toMatchObject({ success: {} });
    expect(await statusOf(TWO)).toBe('done');
  });
});
