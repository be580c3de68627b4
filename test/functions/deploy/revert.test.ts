import { freeFrom } from '../../../shared/ledger/lock.ts';
import { claimStart, findMigration, settleMigration, wantMigration } from '../../../shared/ledger/migrations.ts';
import { type Account, openAccount } from '../../migrating/account.ts';
import { deploymentOf, ELSEWHERE, MIGRATIONS, PILOT, REVERSIBLE, rollbackTo, wasLive } from '../../migrating/pilot.ts';
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

describe('Revert', () => {
  it('has nothing to do for a release without migrations', async () => {
    const { id } = await uploadSite(stage, 'plain', { 'index.html': 'x' });
    await goThrough(stage, id, 'Finish');
    expect(await stage.run(steps.revert, 'Revert', id)).toMatchObject({ success: {} });
  });

  it('leaves the migration of a release that went live', async () => {
    const id = await migrated(ONE, ELSEWHERE + REVERSIBLE);
    await stage.given(id, { alreadyLive: true });
    await stage.run(steps.finish, 'Finish', id);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(ONE), commands()]).toEqual(['done', ['db upgrade']]);
  });

  it('leaves a migration that a person said is done: what it did may be the work of a release that serves', async () => {
    await live(ONE, ELSEWHERE + REVERSIBLE);
    await leave(await migrated(TWO, ELSEWHERE + REVERSIBLE, 1));
    const whose = { pilot: PILOT, environment: 'production' };
    const failed = await findMigration(whose, TWO);
    if (!failed) throw new Error('there is no row');
    expect(await settleMigration(whose, failed, 'done', 'ada@laptop')).toBe(true);
    await wasLive(TWO);
    const id = await rolledBackTo(ONE, ELSEWHERE + REVERSIBLE);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['done', ['db upgrade', 'db upgrade']]);
    expect((await factsOf(id)).database).toContain('ada@laptop said that it is done');
  });

  it('takes the migration of a failed rollout back, once, and tells it', async () => {
    await live(ONE, ELSEWHERE + REVERSIBLE);
    const id = await migrated(TWO, ELSEWHERE + REVERSIBLE);
    await giveBack(id);
    expect(await run(id)).toBeUndefined();
    expect(await statusOf(TWO)).toBe('reverting');
    expect(account.tasks.at(-1)?.command).toEqual(DOWN);
    account.end(0);
    for (const again of [true, false]) expect(await run(id, again)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['reverted', ['db upgrade', 'db upgrade', 'db downgrade']]);
    expect((await factsOf(id)).database).toBe(`taken back before the migration of release ${TWO}`);
  });

  it('lets the same release migrate anew after that', async () => {
    const id = await migrated(ONE, ELSEWHERE + REVERSIBLE);
    await giveBack(id);
    await run(id);
    account.end(0);
    await run(id, true);
    await leave(id);
    await leave(await migrated(ONE, ELSEWHERE + REVERSIBLE));
    expect([await statusOf(ONE), commands()]).toEqual(['done', ['db upgrade', 'db downgrade', 'db upgrade']]);
  });

  it.each([
    ['that cannot be taken back', ELSEWHERE + MIGRATIONS],
    ['that the release before can work with', `${ELSEWHERE}migrations: { command: [db, upgrade], reversible: true }\n`],
  ])('leaves a migration %s, and says so', async (_, manifest) => {
    const id = await migrated(TWO, manifest);
    await giveBack(id);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['done', ['db upgrade']]);
    expect((await factsOf(id)).database).toBe(`stays as the migration of release ${TWO} left it`);
  });

  it('takes back nothing that failed: nobody knows how far it came', async () => {
    const id = await migrated(TWO, ELSEWHERE + REVERSIBLE, 1);
    await giveBack(id);
    expect(await run(id)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['failed', ['db upgrade']]);
  });

  it('waits for a migration that still runs when the deployment is given up, and then takes it back', async () => {
    const { id } = await deploymentOf(stage, TWO, ELSEWHERE + REVERSIBLE);
    await stage.run(steps.migrate, 'Migrate', id);
    await giveBack(id);
    expect(await run(id)).toBeUndefined();
    expect(commands()).toEqual(['db upgrade']);
    account.end(0);
    expect(await run(id, true)).toBeUndefined();
    account.end(0);
    expect(await run(id, true)).toMatchObject({ success: {} });
    expect([await statusOf(TWO), commands()]).toEqual(['reverted', ['db upgrade', 'db downgrade']]);
  });

  it('never starts a migration whose start was claimed and not made, and waits in case it was', async () => {
    const { id, fence = 0 } = await deploymentOf(stage, TWO, ELSEWHERE + REVERSIBLE);
    const held = { id, pilot: PILOT, environment: 'production', fence };
    await wantMigration(held, { release: TWO, command: ['db', 'upgrade'], reversible: true, timeout: 600 }, undefined);
    await claimStart(held, TWO, 'run', 'up');
    await giveBack(id);
    for (const again of [false, true]) expect(await run(id, again)).toBeUndefined();
    expect([await statusOf(TWO), commands()]).toEqual(['starting', []]);
  });

  it('takes back, the last one first, all since the release that somebody goes back to was made', async () => {
    await live(ONE, ELSEWHERE + REVERSIBLE);
    await live(TWO, ELSEWHERE + REVERSIBLE);
    await live(THREE, ELSEWHERE + REVERSIBLE);
    const id = await rolledBackTo(ONE, ELSEWHERE + REVERSIBLE);
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
    await live(ONE, ELSEWHERE + REVERSIBLE);
    await live(TWO, ELSEWHERE + REVERSIBLE);
    const id = await rolledBackTo(ONE, ELSEWHERE + REVERSIBLE, { force: true });
    expect(await run(id)).toMatchObject({ success: {} });
    expect(await statusOf(TWO)).toBe('done');
  });

  it('stops at one that cannot be taken back now, and says what to do; who serves does not change by it', async () => {
    await live(ONE, ELSEWHERE + REVERSIBLE);
    await live(TWO, ELSEWHERE + REVERSIBLE);
    await live(THREE, ELSEWHERE + REVERSIBLE);
    const id = await rolledBackTo(ONE, ELSEWHERE + REVERSIBLE);
    await run(id);
    account.end(5);
    expect(await run(id, true)).toMatchObject({ success: {} });
    expect([await statusOf(THREE), await statusOf(TWO)]).toEqual(['revert-failed', 'done']);
    expect((await factsOf(id)).database).toMatch(/exit code 5.*pilot migrate acme-shop --settle/);
  });

  it('does nothing for a deployment that has lost the lock', async () => {
    const id = await migrated(TWO, ELSEWHERE + REVERSIBLE);
    await giveBack(id);
    await leave(id);
    expect(await run(id)).toMatchObject({ success: {} });
    expect(await statusOf(TWO)).toBe('done');
  });
});
