import { transact } from '../../shared/aws/table.ts';
import { manifestPlanned } from '../../shared/ledger/manifests.ts';
import { recordPrepared, releaseLive } from '../../shared/ledger/releases.ts';
import { databaseProblems } from '../../shared/planning/database-stays.ts';
import { planFor } from '../migrating/pilot.ts';
import { resolve, SMALL } from '../preview/samples.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const manifest = (section: string) => resolve(`${SMALL.ecs}${section ? `database: {${section}}\n` : ''}`);
const POLICY = { rollout: { steps: [100], bake: 0 }, retention: { releases: 5, days: 30 }, level: 'all' as const };
const WHOSE = { pilot: 'acme-shop', environment: 'production' };
const codes = async (section: string) => (await databaseProblems(manifest(section), WHOSE)).map(({ code }) => code);

describe('a database that is uploaded', () => {
  it('may be anything before the first release is live', async () => {
    expect(await codes('version: "16"')).toEqual([]);
    const plan = planFor('a'.repeat(20));
    await transact([manifestPlanned(plan, manifest('version: "17"'))]);
    await recordPrepared(plan, POLICY);
    expect(await codes('version: "16"')).toEqual([]);
  });

  it('cannot become what RDS refuses of the one that there is', async () => {
    const plan = planFor('a'.repeat(20));
    const before = manifest('version: "17", storage: 100, deletionProtection: false');
    await transact([manifestPlanned(plan, before)]);
    await transact(releaseLive(plan, POLICY));
    expect(await codes('version: "16", storage: 50')).toEqual(['STORAGE_SHRINKS', 'VERSION_FALLS']);
    expect(await codes('version: "17", storage: 100, password: "secret:db"')).toEqual(['PASSWORD_MOVES']);
    expect(await codes('version: "18", storage: 200')).toEqual([]);
    expect(await codes('')).toEqual([]);
    // Another one begins anew; whether it may take the place of this one is asked where the stack changes.
    expect(await codes('engine: mysql, replace: true')).toEqual([]);
  });
});
