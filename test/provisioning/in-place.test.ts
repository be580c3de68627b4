import { randomUUID } from 'node:crypto';
import type { StackStatus } from '@aws-sdk/client-cloudformation';
import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { transact } from '../../shared/aws/table.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { accept, findDeployment } from '../../shared/ledger/deployments.ts';
import { partition } from '../../shared/ledger/keys.ts';
import { takeLock } from '../../shared/ledger/lock.ts';
import { findMigration } from '../../shared/ledger/migrations.ts';
import { listRestores, noteRestore } from '../../shared/ledger/restores.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { requestId } from '../../shared/names.ts';
import { failed, parked, refused } from '../../shared/outcome.ts';
import type { Site } from '../../shared/preview/model.ts';
import { type Around, type Bring, factsOfRestore, restoreInPlace } from '../../shared/provisioning/in-place.ts';
import { keepInLine, restoredIn } from '../../shared/provisioning/restored.ts';
import { database, instanceOf, reached, snapshotsOf, until } from '../backups/pilots.ts';
import { SMALL } from '../preview/samples.ts';
import { type BusyDatabases, busyDatabases } from '../support/busy-databases.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { type Stage, setStage } from '../support/stage.ts';
import { siteOf } from '../templates/samples.ts';
import { type CloudFormation, standIn } from './stand-in/cloudformation.ts';

const WHOSE = { pilot: 'acme-shop', environment: 'production' };
const SNAPSHOT = `nightly-${randomUUID().slice(0, 8)}`;
const RELEASE = '0123456789abcdef0123';
const policy = { rollout: { steps: [100], bake: 0 }, retention: { releases: 3, days: 30 }, level: 'all' as const };

let stage: Stage;
let aws: CloudFormation;
let rds: BusyDatabases;
let own: string;
let version: string;
beforeAll(async () => {
  [stage, aws] = await Promise.all([setStage(), standIn()]);
  rds = await busyDatabases(emulatorUrl());
  Object.assign(process.env, { AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url, AWS_ENDPOINT_URL_RDS: rds.url });
  own = await database();
  const change = { DBInstanceIdentifier: own, DeletionProtection: true, ApplyImmediately: true };
  await new RDSClient({}).send(new ModifyDBInstanceCommand(change));
  version = (await instanceOf(own))?.EngineVersion?.split('.')[0] ?? '';
  const taken = { DBInstanceIdentifier: own, DBSnapshotIdentifier: SNAPSHOT };
  await new RDSClient({}).send(new CreateDBSnapshotCommand(taken));
  await until(async () => (await snapshotsOf(own)).every(({ Status }) => Status === 'available'));
}, 60_000);
afterAll(async () => {
  aws.close();
  await rds.close();
  await stage.close();
});
beforeEach(async () => {
  await stage.fresh();
  aws.reset();
  rds.isBusy = false;
  stackIs('UPDATE_COMPLETE', own);
  await reached(own);
});

const site = (section = `version: "${version}"`): Site => siteOf(`${SMALL.ecs}database: {${section}}\n`);
const POLICY = '{"Statement":[]}';
const around = (section?: string): Around => ({
  site: site(section),
  policy: POLICY,
  deadline: new Date('2030-01-01T00:00:00Z'),
});
const stackIs = (status: StackStatus, DatabaseId: string) =>
  aws.given(status, { template: { Resources: {}, Outputs: { DatabaseId: { Description: '', Value: DatabaseId } } } });
const lockKey = { pk: partition('acme-shop', 'production'), sk: 'LOCK' };

type Restoring = Deployment & { trigger: { kind: 'restore'; snapshot: string; request: string } };

/** A restore that has the lock, of a pilot that is kept offline. */
async function asked(snapshot = SNAPSHOT, isOffline = true): Promise<Restoring> {
  const request = `${new Date().toISOString()}/${randomUUID()}`;
  const id = requestId('acme-shop', 'production', request);
  const requestedAt = new Date().toISOString();
  await accept({ id, ...WHOSE, requestedAt, trigger: { kind: 'restore', snapshot, request } });
  const plan = { target: 'static', ...WHOSE, release: RELEASE, url: '', summary: {}, detail: { site: 'acme-shop' } };
  const lock = await takeLock({ id, ...WHOSE, at: requestedAt.slice(0, 19) });
  if (isOffline)
    await transact([
      {
        key: lockKey,
        update: 'SET #offline = :offline',
        names: { '#offline': 'offline' },
        values: { ':offline': { deployment: id, at: requestedAt, release: RELEASE } },
      },
    ]);
  await settle(id, { plan, policy, fence: lock.fence });
  return (await findDeployment(id)) as Restoring;
}
const free = () =>
  transact([{ key: lockKey, update: 'REMOVE #owner, newest, newestId', names: { '#owner': 'owner' } }]);
const heldBy = ({ id, fence = 0 }: Deployment) => ({ id, ...WHOSE, fence });
const isProtected = async () => (await instanceOf(own))?.DeletionProtection;
const waiting: Bring = async () => parked('CloudFormation', new Date('2030-01-01T00:00:00Z'));
const never: Bring = async () => {
  throw new Error('the stack is not to be touched');
};

describe('a restore in place', () => {
  it.each<[what: string, code: string, snapshot: string, isOffline: boolean, section: (version: string) => string]>([
    ['the pilot is not offline', 'PILOT_NOT_OFFLINE', SNAPSHOT, false, () => ''],
    ['there is no such snapshot', 'SNAPSHOT_UNKNOWN', 'nobody-knows-it', true, () => ''],
    ['the manifest wants another major version', 'SNAPSHOT_OTHER_VERSION', SNAPSHOT, true, () => 'version: "13"'],
    [
      'it is of a newer minor version than the manifest names',
      'SNAPSHOT_NEWER_VERSION',
      SNAPSHOT,
      true,
      (now) => `version: "${now}.0"`,
    ],
    ['the manifest wants another engine', 'SNAPSHOT_OTHER_VERSION', SNAPSHOT, true, () => 'engine: mysql'],
    [
      'the manifest wants another user',
      'SNAPSHOT_OTHER_USER',
      SNAPSHOT,
      true,
      (now) => `version: "${now}", user: owner`,
    ],
  ])('is refused where %s, and nothing is changed', async (_, code, snapshot, isOffline, section) => {
    const end = await restoreInPlace(await asked(snapshot, isOffline), around(section(version)), never);
    expect(end).toMatchObject({ outcome: 'refused', problems: [{ code }] });
    expect(await listRestores(WHOSE)).toEqual([]);
    expect(await isProtected()).toBe(true);
  });

  it('is refused for a snapshot of another pilot', async () => {
    stackIs('UPDATE_COMPLETE', 'another');
    const end = await restoreInPlace(await asked(), around(), never);
    expect(end).toMatchObject({ outcome: 'refused', problems: [{ code: 'SNAPSHOT_UNKNOWN' }] });
  });

  it('writes down what the database is made from before the stack is changed, once, and lets the one before go', async () => {
    const deployment = await asked();
    const seen: unknown[] = [];
    const bring: Bring = async (restored) => {
      seen.push(restored.id, (await listRestores(WHOSE))[0]?.id, await isProtected());
      return waiting(restored);
    };
    for (const _ of [1, 2])
      expect(await restoreInPlace(deployment, around(), bring)).toMatchObject({ outcome: 'parked' });
    const [restore, ...others] = await listRestores(WHOSE);
    expect(others).toEqual([]);
    expect(restore).toMatchObject({ snapshot: SNAPSHOT, before: own, storage: 20, deployment: deployment.id });
    expect(seen).toEqual([restore?.id, restore?.id, false, restore?.id, restore?.id, false]);
    // Nobody gives it up any more.
    expect((await stage.now(deployment.id)).pastCancelling).toBeDefined();
    await transact([{ key: lockKey, update: 'REMOVE #owner', names: { '#owner': 'owner' } }]);
    await keepBack();
  });

  it('that fails leaves the database before as it was, and is not tried again', async () => {
    const deployment = await asked();
    const bring: Bring = async () => failed('STACK_FAILED', 'Database: no room');
    expect(await restoreInPlace(deployment, around(), bring)).toMatchObject({
      outcome: 'failed',
      code: 'STACK_FAILED',
    });
    expect(await isProtected()).toBe(true);
    expect(await restoreInPlace(deployment, around(), never)).toMatchObject({ code: 'STACK_FAILED' });
    expect((await listRestores(WHOSE))[0]).toMatchObject({ isBared: false });
  });

  it('that is cut off is cleared up by the next deployment', async () => {
    await restoreInPlace(await asked(), around(), waiting);
    expect(await isProtected()).toBe(false);
    if (aws.stack) aws.stack.policy = 'open';
    await keepBack();
    expect(await isProtected()).toBe(true);
    expect(aws.stack?.policy).toBe(POLICY);
    const [restore] = await listRestores(WHOSE);
    expect(restore).toMatchObject({ isBared: false, failed: { code: 'RESTORE_CUT_OFF' } });
    expect(restore).not.toHaveProperty('policy');
  });

  it('leaves what a deployment that was cut off has begun alone until it is over', async () => {
    stackIs('UPDATE_IN_PROGRESS', own);
    expect(await restoreInPlace(await asked(), around(), never)).toMatchObject({ outcome: 'parked' });
    expect(await listRestores(WHOSE)).toEqual([]);
  });

  it('waits for a backup that is being taken of the database that is to go', async () => {
    const taken = { DBInstanceIdentifier: own, DBSnapshotIdentifier: `now-${randomUUID().slice(0, 8)}` };
    const deployment = await asked();
    await new RDSClient({}).send(new CreateDBSnapshotCommand(taken));
    const status = (await instanceOf(own))?.DBInstanceStatus;
    const end = await restoreInPlace(deployment, around(), never);
    expect([status, end]).toMatchObject(['backing-up', { outcome: 'parked' }]);
    expect(await isProtected()).toBe(true);
    await reached(own);
    await keepBack();
  });

  it('that fails closes the stack’s policy again, also where it was refused', async () => {
    for (const end of [failed('STACK_REFUSED', 'no'), refused({ code: 'STILL_USED', message: 'no' })]) {
      const deployment = await asked();
      const bring: Bring = async () => {
        if (aws.stack) aws.stack.policy = 'open';
        return end;
      };
      expect(await restoreInPlace(deployment, around(), bring)).toEqual(end);
      expect(aws.stack?.policy).toBe(POLICY);
      expect(await isProtected()).toBe(true);
      expect((await listRestores(WHOSE))[0]).toMatchObject({ failed: end, isBared: false });
      await free();
    }
  });

  it('that fails waits a while for a database that cannot be protected yet, and says so in the end', async () => {
    const deployment = await asked();
    const bring: Bring = async () => {
      rds.isBusy = true;
      return failed('STACK_FAILED', 'Database: no room');
    };
    expect(await restoreInPlace(deployment, around(), bring)).toMatchObject({ outcome: 'parked' });
    const row = (await listRestores(WHOSE))[0];
    const held = heldBy(await stage.now(deployment.id));
    await noteRestore(held, row?.database ?? '', { failedAt: '2020-01-01T00:00:00.000Z' });
    expect(await restoreInPlace(deployment, around(), never)).toMatchObject({
      code: 'STACK_FAILED',
      reason: expect.stringContaining(`the database ${own} is not protected against deletion yet`),
    });
    rds.isBusy = false;
    await keepBack();
    expect(await isProtected()).toBe(true);
  });

  it('has succeeded once the stack has the database, whatever of the rest fails; that is protected directly', async () => {
    const deployment = await asked();
    let made = '';
    const bring: Bring = async () => {
      made = (await listRestores(WHOSE))[0]?.database ?? '';
      stackIs('UPDATE_ROLLBACK_COMPLETE', made);
      return failed('STACK_FAILED', 'Database: it is being modified');
    };
    const end = await restoreInPlace(deployment, around(), bring);
    expect(end).toMatchObject({
      outcome: 'provisioned',
      outputs: { DatabaseId: made },
      warning: expect.stringContaining('it is being modified'),
    });
    expect((await listRestores(WHOSE))[0]).not.toHaveProperty('failed');

    await database(made);
    const outputs = { DatabaseId: made, DatabaseGuard: 'protected' };
    rds.isBusy = true;
    expect(await keepInLine(heldBy(await stage.now(deployment.id)), outputs)).toContain(`${made} is not protected`);
    rds.isBusy = false;
    expect(await keepInLine(heldBy(await stage.now(deployment.id)), outputs)).toBeUndefined();
    expect((await instanceOf(made))?.DeletionProtection).toBe(true);
    // The one before is not there for it to come back to.
    expect(await isProtected()).toBe(false);
    await protectOwn();
  }, 30_000);
});

describe('the last snapshot of a database that was replaced', () => {
  it('is what nobody of Pilotage took, and is told once the database is gone', async () => {
    const before = await database();
    const rds = new RDSClient({});
    const take = async (id: string, ...Tags: { Key: string; Value: string }[]) => {
      await reached(before);
      await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: before, DBSnapshotIdentifier: id, Tags }));
      await until(async () => (await snapshotsOf(before)).every(({ Status }) => Status === 'available'));
    };
    const [first, backup, last] = ['first', 'backup', 'last'].map((name) => `${name}-${randomUUID().slice(0, 8)}`);
    await take(first as string);
    await reached(before);
    stackIs('UPDATE_COMPLETE', before);
    const deployment = await asked(first);
    await restoreInPlace(deployment, around(), waiting);
    await take(backup as string, { Key: 'pilotage:kind', Value: 'backup' });
    const outputs = { DatabaseId: (await listRestores(WHOSE))[0]?.database ?? '' };
    const told = await factsOfRestore(deployment, outputs);
    expect(told.facts).not.toHaveProperty('lastSnapshot');
    expect(told.warning).toContain('could not be removed');

    await reached(before);
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: before, FinalDBSnapshotIdentifier: last }));
    await until(async () => (await instanceOf(before)) === undefined);
    expect((await factsOfRestore(deployment, outputs)).facts).toMatchObject({ lastSnapshot: last });
  }, 60_000);
});

const protectOwn = () =>
  new RDSClient({}).send(
    new ModifyDBInstanceCommand({ DBInstanceIdentifier: own, DeletionProtection: true, ApplyImmediately: true }),
  );

/** As any deployment does, once it has the lock and the stack. */
async function keepBack(outputs: Record<string, string> = { DatabaseId: own }): Promise<void> {
  await free();
  const next = await asked();
  await keepInLine(heldBy(next), outputs);
}

describe('the ledger, once the stack has the database of a snapshot', () => {
  const migration = (release: string, values: Record<string, unknown>) => {
    const all = { release, command: ['up'], reversible: true, timeout: 60, deployment: 'd', ...values };
    return {
      key: { pk: lockKey.pk, sk: `MIGRATION#${release}` },
      update: `SET ${Object.keys(all)
        .map((name) => `#${name} = :${name}`)
        .join(', ')}`,
      names: Object.fromEntries(Object.keys(all).map((name) => [`#${name}`, name])),
      values: Object.fromEntries(Object.entries(all).map(([name, value]) => [`:${name}`, value])),
    };
  };
  const LONG_AGO = '2020-01-01T00:00:00.000Z';
  const LATER = '2099-01-01T00:00:00.000Z';

  it('says what is in it, and templates name it, whoever was cut off', async () => {
    const deployment = await asked();
    await restoreInPlace(deployment, around(), waiting);
    const [restore] = await listRestores(WHOSE);
    const outputs = { DatabaseId: restore?.database ?? '', DatabaseSnapshot: SNAPSHOT };
    await transact([
      migration('old', { status: 'done', migratedAt: LONG_AGO, at: LONG_AGO }),
      migration('new', { status: 'done', migratedAt: LATER, firstAt: LATER, at: LATER, exitCode: 0 }),
      migration('midst', { status: 'done', migratedAt: LONG_AGO, at: LATER }),
    ]);
    expect(await restoredIn(WHOSE, { DatabaseId: own })).toBeUndefined();
    expect(await restoredIn(WHOSE, outputs)).toMatchObject({ id: restore?.id, snapshot: SNAPSHOT });
    await expect(restoredIn(WHOSE, { ...outputs, DatabaseId: 'unknown' })).rejects.toThrow('does not know');

    await keepBack(outputs);
    const status = async (release: string) => (await findMigration(WHOSE, release))?.status;
    expect([await status('old'), await status('new'), await status('midst')]).toEqual(['done', 'reverted', 'unknown']);
    expect(await findMigration(WHOSE, 'new')).not.toHaveProperty('exitCode');
    expect(await findMigration(WHOSE, 'midst')).toMatchObject({ trouble: { code: 'MIGRATION_UNKNOWN' } });
    expect(await findMigration(WHOSE, 'new')).toMatchObject({ trouble: { code: 'NOT_IN_SNAPSHOT' } });
    const { warning } = await factsOfRestore(deployment, outputs);
    expect(warning).toContain('whether the snapshot has the migration of release midst');
    expect(warning).toContain(`pilot migrate ${WHOSE.pilot}`);

    // What has run since is not taken for what was there before.
    await transact([migration('new', { status: 'done', migratedAt: LATER, at: LATER })]);
    await keepBack(outputs);
    expect(await status('new')).toBe('done');
    expect((await factsOfRestore(deployment, outputs)).facts).toMatchObject({ restored: SNAPSHOT });
    expect((await factsOfRestore({ ...deployment, id: 'another' }, outputs)).facts).toEqual({});
  });
});
