import type { Held } from '../../shared/ledger/migration-changes.ts';
import { claimStart, wantMigration } from '../../shared/ledger/migration-runs.ts';
import { findMigration, type Migration } from '../../shared/ledger/migrations.ts';
import { goOn } from '../../shared/migrating/run.ts';
import { failed, parked } from '../../shared/outcome.ts';
import type { TaskRunner } from '../../shared/targets/target.ts';
import { leaseUnder } from '../support/lease.ts';
import { type Stage, setStage } from '../support/stage.ts';
import { deploymentOf, ELSEWHERE, MIGRATIONS, PILOT, planFor } from './pilot.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const RELEASE = 'a'.repeat(20);
const WHOSE = { pilot: PILOT, environment: 'production' };
const row = async () => (await findMigration(WHOSE, RELEASE)) as Migration;

async function wanted(): Promise<Held> {
  const { id, fence = 0 } = await deploymentOf(stage, RELEASE, ELSEWHERE + MIGRATIONS);
  const held = { id, ...WHOSE, fence };
  await wantMigration(held, { release: RELEASE, command: ['up'], reversible: false, timeout: 600 }, undefined);
  return held;
}
const errand = (held: Held, start: TaskRunner['start'], since = new Date()) => ({
  runner: {
    start,
    look: async () => ({ state: 'lost' as const, reason: 'nobody knows' }),
    stop: async () => undefined,
  },
  plan: planFor(RELEASE),
  held,
  lease: leaseUnder(held.fence),
  direction: 'up' as const,
  since: since.toISOString(),
});

describe('a start that waits for its code', () => {
  const soon = () => new Date(Date.now() + 60_000);

  it('waits an hour at most, though each look gives it more time', async () => {
    const held = await wanted();
    const started = new Date(Date.now() - 59 * 60_000);
    const later = async () => parked('the function to be ready', new Date(Date.now() + 900_000));
    expect(await goOn(errand(held, later, started), await row())).toMatchObject({
      outcome: 'parked',
      deadline: new Date(started.getTime() + 3_600_000).toISOString(),
    });
    const until = soon();
    const sooner = async () => parked('the function to be ready', until);
    expect(await goOn(errand(held, sooner), await row())).toMatchObject({ deadline: until.toISOString() });
    expect((await row()).status).toBe('wanted');
  });
});

describe('a start that is refused', () => {
  it('before anybody claimed it may be tried again', async () => {
    const held = await wanted();
    const went = await goOn(
      errand(held, async () => failed('QUOTA', 'no room')),
      await row(),
    );
    expect([went, (await row()).status]).toMatchObject([{ code: 'QUOTA' }, 'wanted']);
  });

  it('after it claimed it is known not to have run', async () => {
    const held = await wanted();
    const start: TaskRunner['start'] = async (_, { claim }) => {
      await claim();
      return failed('QUOTA', 'no room');
    };
    expect(await goOn(errand(held, start), await row())).toMatchObject({
      status: 'wanted',
      trouble: { code: 'QUOTA', reason: 'it was not started: no room' },
    });
  });

  it('on the way to it says nothing of another worker, which has claimed it and is at work', async () => {
    const held = await wanted();
    await claimStart(held, RELEASE, 'run', 'up');
    const went = await goOn(
      errand(held, async () => failed('QUOTA', 'its version cannot be looked at')),
      await row(),
    );
    expect([went, (await row()).status]).toMatchObject([{ outcome: 'parked' }, 'starting']);
  });
});
