import type { StackStatus } from '@aws-sdk/client-cloudformation';
import { handler } from '../../functions/backups/keep.ts';
import { handler as protect } from '../../functions/backups/protect.ts';
import { transact } from '../../shared/aws/table.ts';
import { begin, listOf } from '../../shared/ledger/backups.ts';
import { partition } from '../../shared/ledger/keys.ts';
import { listRestores } from '../../shared/ledger/restores.ts';
import { type CloudFormation, standIn } from '../provisioning/stand-in/cloudformation.ts';
import { type BusyDatabases, busyDatabases } from '../support/busy-databases.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { type Stage, setStage } from '../support/stage.ts';
import { context, database, instanceOf, live, reached, snapshotsOf } from './pilots.ts';

const WHOSE = { pilot: 'acme-shop', environment: 'production' };
const OWNER = 'acme-shop_production_20261121T015715Z-3f9a1c2e4b5d';
const LONG_AGO = '2026-01-01T00:00:00.000Z';

let stage: Stage;
let aws: CloudFormation;
let rds: BusyDatabases;
let own: string;
beforeAll(async () => {
  [stage, aws, rds] = await Promise.all([setStage(), standIn(), busyDatabases(emulatorUrl())]);
  Object.assign(process.env, { AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url, AWS_ENDPOINT_URL_RDS: rds.url });
  own = await database();
}, 60_000);
beforeEach(async () => {
  await stage.fresh();
  aws.reset();
  rds.isBusy = false;
  await reached(own);
  await live('acme-shop', 'database: {}\nbackups: {days: 7}\n', { DatabaseId: own }, LONG_AGO);
});
afterAll(async () => {
  aws.close();
  await rds.close();
  await stage.close();
});

const stackIs = (status: StackStatus, DatabaseId: string) =>
  aws.given(status, { template: { Resources: {}, Outputs: { DatabaseId: { Description: '', Value: DatabaseId } } } });
const row = (sk: string, values: Record<string, unknown>) => ({
  key: { pk: partition('acme-shop', 'production'), sk },
  update: `SET ${Object.keys(values)
    .map((name) => `#${name} = :${name}`)
    .join(', ')}`,
  names: Object.fromEntries(Object.keys(values).map((name) => [`#${name}`, name])),
  values: Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
});

/** A restore that took the protection off the database, and may have been cut off since. */
const restoring = (more: Record<string, unknown> = {}) =>
  row('RESTORE#new', { database: 'new', before: own, askedAt: LONG_AGO, deployment: OWNER, isBared: true, ...more });
const held = (owner: string) => row('LOCK', { owner, fence: 1 });
const restore = async () => (await listRestores(WHOSE))[0];

/** A backup that somebody asked for, and one round after that. */
async function round(of = own): Promise<string | undefined> {
  const at = '2026-11-21T02:00:00.000Z';
  const wanted = { id: of, snapshot: `pilotage-backup-${Date.now()}`, state: 'wanted' as const };
  await begin(WHOSE, 'backup', { at, begunAt: new Date().toISOString(), status: 'making', days: 7, database: wanted });
  await protect();
  await handler({ detail: WHOSE }, context());
  return (await listOf(WHOSE, 'backup'))[0]?.database?.state;
}

describe('while a snapshot takes the place of a database', () => {
  it('no backup of that is begun', async () => {
    await transact([restoring(), held(OWNER)]);
    const before = await snapshotsOf(own);
    expect(await round()).toBe('wanted');
    expect(await snapshotsOf(own)).toEqual(before);
    expect(await instanceOf(own)).toMatchObject({ DeletionProtection: false });
  });

  it.each([
    ['', undefined],
    [', also while another one waits for that', 'another'],
  ])(
    'none is either where its deployment is over and the stack goes on%s; nothing is protected then',
    async (_, owner) => {
      stackIs('UPDATE_IN_PROGRESS', own);
      await transact([restoring(), ...(owner ? [held(owner)] : [])]);
      expect(await round()).toBe('wanted');
      expect(await instanceOf(own)).toMatchObject({ DeletionProtection: false });
      expect(await restore()).not.toHaveProperty('failed');
    },
  );
});

describe('what a restore left that was cut off', () => {
  it('is protected again once the stack is at rest, and backups go on', async () => {
    stackIs('UPDATE_ROLLBACK_COMPLETE', own);
    await transact([restoring()]);
    rds.isBusy = true;
    await round();
    expect(await restore()).toMatchObject({ isBared: true, failed: { code: 'RESTORE_CUT_OFF' } });
    rds.isBusy = false;
    await reached(own);
    expect(await round()).not.toBe('wanted');
    expect(await restore()).toMatchObject({ isBared: false });
    expect(await instanceOf(own)).toMatchObject({ DeletionProtection: true });
  });

  it('is left to whoever has the lock', async () => {
    await transact([restoring({ failed: { code: 'STACK_FAILED' } }), held('another')]);
    expect(await round()).toBe('taking');
    expect(await restore()).toMatchObject({ isBared: true });
  });
});

describe('a backup that was asked for before', () => {
  it('is made of the database that there is now', async () => {
    await transact([restoring({ database: own, before: 'gone', settledAt: '2026-11-21T01:00:00.000Z' })]);
    expect(await round('gone')).toBe('taking');
    expect((await listOf(WHOSE, 'backup'))[0]?.database?.id).toBe(own);
  });
});
