import { transact } from '../../shared/aws/table.ts';
import { partition } from '../../shared/ledger/keys.ts';
import { lacksNow } from '../../shared/migrating/unfit.ts';
import { type Stage, setStage } from '../support/stage.ts';

const WHOSE = { pilot: 'acme-shop', environment: 'production' };

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const row = (sk: string, values: Record<string, unknown>) => ({
  key: { pk: partition('acme-shop', 'production'), sk },
  update: `SET ${Object.keys(values)
    .map((name) => `#${name} = :${name}`)
    .join(', ')}`,
  names: Object.fromEntries(Object.keys(values).map((name) => [`#${name}`, name])),
  values: Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
});
const migration = (release: string, status: string, migratedAt: string, at = migratedAt) =>
  row(`MIGRATION#${release}`, { release, status, migratedAt, at, reversible: true, timeout: 60, command: ['up'] });
const live = (release: string, firstLiveAt: string) =>
  row(`RELEASE#${release}`, { release, firstLiveAt, liveAt: firstLiveAt });

it('a release does not come back to a database that lacks what another one had migrated before it', async () => {
  await transact([
    migration('two', 'reverted', '2026-01-02T00:00:00.000Z', '2026-01-09T00:00:00.000Z'),
    live('two', '2026-01-02T01:00:00.000Z'),
    live('three', '2026-01-03T00:00:00.000Z'),
  ]);
  expect(await lacksNow({ ...WHOSE, release: 'three' })).toMatchObject({
    code: 'MIGRATION_TAKEN_BACK',
    hint: 'pilot rollback acme-shop two --online, then pilot rollback acme-shop three',
  });
  // Its own one runs anew.
  expect(await lacksNow({ ...WHOSE, release: 'two' })).toBeUndefined();
  await transact([migration('two', 'done', '2026-01-10T00:00:00.000Z')]);
  expect(await lacksNow({ ...WHOSE, release: 'three' })).toBeUndefined();
});
