import { handler } from '../../../functions/api/api.ts';
import type { ApiAction, ApiAnswer, ApiRequest } from '../../../shared/api.ts';
import { endDeployment } from '../../../shared/ledger/course.ts';
import { claimStart, concludeRun, wantMigration } from '../../../shared/ledger/migration-runs.ts';
import { noteRestored } from '../../../shared/ledger/migration-standing.ts';
import { findMigration, type Migration } from '../../../shared/ledger/migrations.ts';
import { notInSnapshot } from '../../../shared/migrating/words.ts';
import { deploymentOf, ELSEWHERE, MIGRATIONS, PILOT } from '../../migrating/pilot.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const RELEASE = 'abcdef0123'.repeat(2);
const ask = <Action extends ApiAction>(question: Extract<ApiRequest, { action: Action }>) =>
  handler(question) as Promise<ApiAnswer<Action>>;
const row = async () => (await findMigration({ pilot: PILOT, environment: 'production' }, RELEASE)) as Migration;
const settle = (release: string, as: 'done' | 'again' = 'done') =>
  ask({ action: 'settle', pilot: PILOT, release, as, requestedBy: 'ada@laptop' });

/** A migration that runs; with an end, one that came to it. */
async function migrating(end?: 'done' | 'failed'): Promise<string> {
  const { id, fence = 0 } = await deploymentOf(stage, RELEASE, ELSEWHERE + MIGRATIONS);
  const held = { id, pilot: PILOT, environment: 'production', fence };
  await wantMigration(
    held,
    { release: RELEASE, command: ['db', 'upgrade'], reversible: false, timeout: 60 },
    undefined,
  );
  await claimStart(held, RELEASE, 'run', 'up');
  if (end) await concludeRun(held, await row(), end, { exitCode: end === 'done' ? 0 : 3, log: ['no table'] });
  return id;
}

describe('the migrations of a pilot', () => {
  it('are told with how they ended, the last lines, and what to do', async () => {
    const id = await migrating('failed');
    expect(await ask({ action: 'migrations', pilot: PILOT })).toMatchObject({
      ok: true,
      answer: [
        {
          release: RELEASE,
          status: 'failed',
          deployment: id,
          command: ['db', 'upgrade'],
          exitCode: 3,
          log: ['no table'],
          todo: expect.stringContaining(`--release ${RELEASE}`),
        },
      ],
    });
  });

  it('are told as not in a snapshot that the database went back to, and that no command took them back', async () => {
    const id = await migrating('done');
    const { fence = 0 } = await stage.now(id);
    const held = { id, pilot: PILOT, environment: 'production', fence };
    await noteRestored(held, await row(), 'reverted', 'restored', notInSnapshot('2026-11-21T22:25:20.000Z'));
    const told = await ask({ action: 'migrations', pilot: PILOT });
    const [view] = told.ok ? told.answer : [];
    expect(view).toMatchObject({ status: 'reverted', why: expect.stringContaining('2026-11-21T22:25:20Z') });
    expect(view?.why).toContain('runs anew');
    expect(view).not.toHaveProperty('ranBack');
  });

  it('are told as taken back by a command where one ran', async () => {
    const id = await migrating('done');
    const { fence = 0 } = await stage.now(id);
    const held = { id, pilot: PILOT, environment: 'production', fence };
    await claimStart(held, RELEASE, 'back', 'down');
    await concludeRun(held, await row(), 'reverted', { exitCode: 0 });
    expect(await ask({ action: 'migrations', pilot: PILOT })).toMatchObject({
      answer: [{ status: 'reverted', ranBack: true }],
    });
  });

  it('are told with their version, and with whose migration they went where no command ran for them', async () => {
    const id = await migrating('done');
    const { fence = 0 } = await stage.now(id);
    const held = { id, pilot: PILOT, environment: 'production', fence };
    const later = { release: 'c'.repeat(20), command: ['up'], version: '0042', reversible: true, timeout: 60 };
    await wantMigration(held, later, undefined);
    await claimStart(held, later.release, 'run', 'up');
    await concludeRun(held, (await findMigration(held, later.release)) as Migration, 'done', { exitCode: 0 });
    await claimStart(held, later.release, 'back', 'down', [RELEASE]);
    const asked = await ask({ action: 'migrations', pilot: PILOT });
    expect(asked.ok && asked.answer).toMatchObject([
      { release: 'c'.repeat(20), version: '0042' },
      {
        release: RELEASE,
        status: 'reverted',
        goneWith: later.release,
        why: expect.stringContaining('changed nothing'),
      },
    ]);
  });

  it('are none where there are none, and a pilot that nobody knows is no pilot', async () => {
    await deploymentOf(stage, RELEASE, ELSEWHERE);
    expect(await ask({ action: 'migrations', pilot: PILOT })).toEqual({ ok: true, answer: [] });
    expect(await ask({ action: 'migrations', pilot: 'nobody' })).toMatchObject({ ok: false, code: 'PILOT_UNKNOWN' });
  });
});

describe('to settle a migration', () => {
  it('says what became of one that failed, and who said so', async () => {
    await migrating('failed');
    expect(await settle(RELEASE.slice(0, 6))).toMatchObject({
      ok: true,
      answer: { release: RELEASE, status: 'done', settledBy: 'ada@laptop' },
    });
    expect(await row()).toMatchObject({ status: 'done', settledBy: 'ada@laptop' });
  });

  it('again lets the next deployment run it', async () => {
    await migrating('failed');
    expect(await settle(RELEASE, 'again')).toMatchObject({ ok: true, answer: { status: 'wanted' } });
  });

  it('is refused where nothing is to be settled, and names the releases there are', async () => {
    await migrating('done');
    expect(await settle(RELEASE)).toMatchObject({ ok: false, code: 'NOTHING_TO_SETTLE' });
    expect(await settle('0000')).toMatchObject({ ok: false, code: 'RELEASE_UNKNOWN', expected: `one of ${RELEASE}` });
  });

  it('is refused while a deployment looks after it, and not once that is over', async () => {
    const id = await migrating();
    expect(await settle(RELEASE)).toMatchObject({ ok: false, code: 'NOTHING_TO_SETTLE' });
    await endDeployment(id, { status: 'failed' }, []);
    expect(await settle(RELEASE)).toMatchObject({ ok: true, answer: { status: 'done' } });
  });

  it.each([
    [{ as: 'maybe' }, 'as'],
    [{ release: 'xyz' }, 'release'],
  ])('is refused when it is asked for wrongly: %j', async (wrong, field) => {
    const question = { action: 'settle', pilot: PILOT, release: RELEASE, as: 'done', ...wrong } as never;
    expect(await handler(question)).toMatchObject({ code: 'REQUEST_INVALID', message: expect.stringContaining(field) });
  });
});
