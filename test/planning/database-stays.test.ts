import { transact } from '../../shared/aws/table.ts';
import { partition } from '../../shared/ledger/keys.ts';
import { manifestPlanned } from '../../shared/ledger/manifests.ts';
import { recordPrepared, releaseLive } from '../../shared/ledger/releases.ts';
import { databaseProblems } from '../../shared/planning/database-stays.ts';
import { planFor } from '../migrating/pilot.ts';
import { resolve, SMALL } from '../preview/samples.ts';
import { grownDatabase } from '../support/grown-database.ts';
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
    // What is to stay is not asked for.
    expect(await codes('version: "17", storage: 100, maxStorage: 200')).toEqual([]);
    // Another one begins anew; whether it may take the place of this one is asked where the stack changes.
    expect(await codes('engine: mysql, replace: true')).toEqual([]);
  });

  it('made from a snapshot of 45 GB may be said to be smaller: its template says 45 all the same', async () => {
    const DatabaseId = await grownDatabase(45);
    const plan = { ...planFor('a'.repeat(20)), stack: { DatabaseId } };
    await transact([manifestPlanned(plan, manifest('storage: 20, maxStorage: 100'))]);
    await transact(releaseLive(plan, POLICY));
    const smaller = 'storage: 30, maxStorage: 100';
    expect(await codes(smaller)).toEqual(['STORAGE_SHRINKS']);
    await transact([
      {
        key: { pk: partition('acme-shop', 'production'), sk: `RESTORE#${DatabaseId}` },
        update:
          'SET #database = :id, #before = :before, askedAt = :at, id = :six, mark = :none, #snapshot = :six, #storage = :gib',
        names: { '#database': 'database', '#before': 'before', '#snapshot': 'snapshot', '#storage': 'storage' },
        values: {
          ':id': DatabaseId,
          ':before': 'b',
          ':at': '2026-11-21T01:57:15.000Z',
          ':six': 'abcdef',
          ':none': '',
          ':gib': 45,
        },
      },
    ]);
    expect(await codes(smaller)).toEqual([]);
    expect(await codes('storage: 46, maxStorage: 100')).toEqual(['STORAGE_GROWS_TOO_LITTLE']);
  });

  describe('that RDS has let grow to 120 GB', () => {
    beforeEach(async () => {
      const plan = { ...planFor('a'.repeat(20)), stack: { DatabaseId: await grownDatabase(120) } };
      await transact([manifestPlanned(plan, manifest('storage: 40'))]);
      await transact(releaseLive(plan, POLICY));
    });

    it('may be said to have what it was made with: CloudFormation tells RDS of no change', async () => {
      expect(await codes('storage: 40')).toEqual([]);
    });

    it('cannot have less than it has, and not a little more', async () => {
      expect(await codes('storage: 60')).toEqual(['STORAGE_SHRINKS']);
      expect(await databaseProblems(manifest('storage: 60'), WHOSE)).toEqual([
        {
          code: 'STORAGE_SHRINKS',
          message: 'a database’s storage cannot shrink from 120 GB to 60 GB',
          hint: 'database.storage: 120, or 40 as before, which leaves it as it is',
        },
      ]);
      expect(await codes('storage: 131')).toEqual(['STORAGE_GROWS_TOO_LITTLE']);
      expect(await codes('storage: 120')).toEqual([]);
      expect(await codes('storage: 132')).toEqual([]);
    });

    it('cannot be told to grow to less than it has', async () => {
      expect(await codes('storage: 40, maxStorage: 100')).toEqual(['STORAGE_LIMIT_TOO_LOW']);
      expect(await codes('storage: 40, maxStorage: 131')).toEqual(['STORAGE_LIMIT_TOO_LOW']);
      expect(await codes('storage: 40, maxStorage: 132')).toEqual([]);
      expect(await codes('storage: 40, maxStorage: 120')).toEqual([]);
      expect(await codes('storage: 40, maxStorage: 40')).toEqual([]);
    });
  });
});
