import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { transact } from '../../shared/aws/table.ts';
import { freeFrom, raiseFence } from '../../shared/ledger/lock.ts';
import type { Held } from '../../shared/ledger/migration-changes.ts';
import {
  claimStart,
  concludeRun,
  noteHandle,
  noteSnapshot,
  wantMigration,
} from '../../shared/ledger/migration-runs.ts';
import { settleMigration } from '../../shared/ledger/migration-settling.ts';
import { noteRestored, noteStays } from '../../shared/ledger/migration-standing.ts';
import { findMigration, listMigrations, type Migration, migrationKey } from '../../shared/ledger/migrations.ts';
import { deploymentOf, ELSEWHERE, MIGRATIONS, PILOT } from '../migrating/pilot.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { type Between, proxyTo } from '../support/proxy.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
let proxy: Between;
beforeAll(async () => {
  stage = await setStage();
  proxy = await proxyTo(emulatorUrl());
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
});
beforeEach(async () => {
  proxy.before = () => undefined;
  await stage.fresh();
});
afterAll(async () => {
  await stage.close();
  await proxy.close();
});

const RELEASE = 'a'.repeat(20);
const WHOSE = { pilot: PILOT, environment: 'production' };
const WISH = { release: RELEASE, command: ['up'], down: ['down'], reversible: true, timeout: 60 };
const row = async () => (await findMigration(WHOSE, RELEASE)) as Migration;

async function held(): Promise<Held> {
  const { id, fence = 0 } = await deploymentOf(stage, RELEASE, ELSEWHERE + MIGRATIONS);
  return { id, ...WHOSE, fence };
}
async function wanted(more: Partial<typeof WISH & { needsSnapshot: boolean }> = {}): Promise<Held> {
  const by = await held();
  await wantMigration(by, { ...WISH, ...more }, undefined);
  return by;
}

describe('the start of a migration', () => {
  it('is claimed by one of two workers that ask at once; both know which run it is', async () => {
    const by = await wanted();
    let other: Promise<{ isFirst: boolean }> | undefined;
    proxy.before = (operation) => {
      if (operation !== 'TransactWriteItems') return undefined;
      proxy.before = () => undefined;
      other = claimStart(by, RELEASE, 'run', 'up');
      return other;
    };
    const claims = [await claimStart(by, RELEASE, 'run', 'up'), await other];
    expect(claims.map((one) => one?.isFirst).sort()).toEqual([false, true]);
    expect(await row()).toMatchObject({ status: 'starting', run: { id: 'run' } });
  });

  it('is claimed once, whoever asks how often', async () => {
    const by = await wanted();
    const claims = [];
    for (let asked = 0; asked < 5; asked += 1) claims.push((await claimStart(by, RELEASE, 'run', 'up')).isFirst);
    expect(claims).toEqual([true, false, false, false, false]);
  });

  it('is not claimed for another run', async () => {
    const by = await wanted();
    await claimStart(by, RELEASE, 'run', 'up');
    await expect(claimStart(by, RELEASE, 'another', 'up')).rejects.toThrow('could not be claimed');
  });

  it.each([
    ['whose lock was freed', (by: Held) => freeFrom(PILOT, 'production', by.id)],
    ['whose number was raised', (by: Held) => raiseFence(PILOT, 'production', by.id)],
  ])('is not claimed by a worker %s, not even right before', async (_, happens) => {
    const by = await wanted();
    proxy.before = (operation) => {
      if (operation !== 'TransactWriteItems') return undefined;
      proxy.before = () => undefined;
      return happens(by);
    };
    await expect(claimStart(by, RELEASE, 'run', 'up')).rejects.toThrow('could not be claimed');
    expect((await row()).status).toBe('wanted');
  });

  it('is not claimed before there is the snapshot that it needs', async () => {
    const by = await wanted({ needsSnapshot: true });
    await expect(claimStart(by, RELEASE, 'run', 'up')).rejects.toThrow('could not be claimed');
    await noteSnapshot(by, RELEASE, 'snapshot');
    expect(await claimStart(by, RELEASE, 'run', 'up')).toMatchObject({ isFirst: true });
  });
});

describe('the snapshots that it is not in', () => {
  it('are remembered from one run to the next', async () => {
    const by = await wanted();
    for (const snapshot of ['one', 'one', 'two']) await noteSnapshot(by, RELEASE, snapshot);
    expect(await row()).toMatchObject({ snapshot: 'two', notIn: ['one', 'two'] });
    await freeFrom(PILOT, 'production', by.id);
    await wantMigration(await held(), WISH, 'wanted');
    expect(await row()).toMatchObject({ notIn: ['one', 'two'] });
  });
});

describe('the course of a migration', () => {
  const statuses = async () => (await row()).course?.map(({ status }) => status);

  it('is kept from one run to the next, a turn for each status', async () => {
    const by = await wanted();
    await noteSnapshot(by, RELEASE, 'snapshot');
    await claimStart(by, RELEASE, 'run', 'up');
    await claimStart(by, RELEASE, 'run', 'up');
    await concludeRun(by, await row(), 'failed', { exitCode: 1 });
    expect(await statuses()).toEqual(['wanted', 'starting', 'failed']);
    await settleMigration(WHOSE, await row(), 'again', 'ada');
    expect(await statuses()).toEqual(['wanted', 'starting', 'failed', 'wanted']);
    const { at, course } = await row();
    expect(course?.at(-1)).toEqual({ status: 'wanted', at });
  });

  it('says since which database it is otherwise', async () => {
    const by = await wanted();
    await claimStart(by, RELEASE, 'run', 'up');
    await concludeRun(by, await row(), 'done', { exitCode: 0 });
    await noteRestored(by, await row(), 'reverted', 'restored');
    expect((await row()).course?.at(-1)).toMatchObject({ status: 'reverted', database: 'restored' });
  });

  it('never grows out of its row', async () => {
    const by = await wanted();
    const turns = Array.from({ length: 1200 }, () => ({ status: 'reverted', at: '2026-01-01T00:00:00.000Z' }));
    await transact([
      {
        key: migrationKey(WHOSE, RELEASE),
        update: 'SET #course = :turns',
        names: { '#course': 'course' },
        values: { ':turns': turns },
      },
    ]);
    await claimStart(by, RELEASE, 'run', 'up');
    expect(await statuses()).toHaveLength(501);
    expect((await statuses())?.at(-1)).toBe('starting');
  });
});

describe('what a run came to', () => {
  it('is noted once: what comes late changes nothing', async () => {
    const by = await wanted();
    await claimStart(by, RELEASE, 'run', 'up');
    const starting = await row();
    await noteHandle(by, starting, 'task');
    const running = await row();
    expect(await concludeRun(by, running, 'done', { exitCode: 0, log: ['fine'] })).toBe(true);
    expect(await concludeRun(by, running, 'unknown', {})).toBe(false);
    expect(await noteHandle(by, starting, 'another')).toBe(false);
    expect(await row()).toMatchObject({ status: 'done', exitCode: 0, run: { handle: 'task' } });
  });

  it('is not noted by a worker whose number was raised', async () => {
    const by = await wanted();
    await claimStart(by, RELEASE, 'run', 'up');
    await raiseFence(PILOT, 'production', by.id);
    expect(await concludeRun(by, await row(), 'done', {})).toBe(false);
    expect((await row()).status).toBe('starting');
  });
});

describe('a wish', () => {
  it('of a later deployment begins anew: an older snapshot is not its own', async () => {
    const by = await wanted({ needsSnapshot: true });
    await noteSnapshot(by, RELEASE, 'snapshot');
    await freeFrom(PILOT, 'production', by.id);
    const later = await held();
    expect(await wantMigration(later, { ...WISH, needsSnapshot: true }, 'wanted')).toBe(true);
    expect(await row()).toMatchObject({ deployment: later.id, needsSnapshot: true });
    expect(await row()).not.toHaveProperty('snapshot');
  });

  it('changes nothing of what has been started', async () => {
    const by = await wanted();
    await claimStart(by, RELEASE, 'run', 'up');
    for (const seen of ['wanted', undefined, 'reverted'] as const)
      expect(await wantMigration(by, WISH, seen)).toBe(false);
    expect((await row()).status).toBe('starting');
  });
});

describe('a migration that goes with another one', () => {
  const BROUGHT = 'b'.repeat(20);

  /** Both are done, and the one of BROUGHT is taken back. */
  async function finished(): Promise<Held> {
    const by = await wanted();
    await wantMigration(by, { ...WISH, release: BROUGHT }, undefined);
    for (const release of [BROUGHT, RELEASE]) {
      await claimStart(by, release, 'run', 'up');
      await concludeRun(by, (await findMigration(WHOSE, release)) as Migration, 'done', { exitCode: 0 });
    }
    return by;
  }
  const goingBack = (by: Held) => claimStart(by, BROUGHT, 'back', 'down', [RELEASE]);
  const statuses = async () => [await row(), await findMigration(WHOSE, BROUGHT)].map((one) => one?.status);

  it('is taken back as the start of that one’s command is claimed, and wanted anew without a trace of it', async () => {
    const by = await finished();
    await goingBack(by);
    expect(await statuses()).toEqual(['reverted', 'reverting']);
    expect(await row()).toMatchObject({ goneWith: BROUGHT, deployment: by.id });
    await wantMigration(by, WISH, 'reverted');
    expect(await row()).not.toHaveProperty('goneWith');
  });

  it('stays done with that one whose lock is lost right before: never does only one of them stand as taken back', async () => {
    const by = await finished();
    proxy.before = (operation) =>
      operation === 'TransactWriteItems' ? freeFrom(PILOT, 'production', by.id) : undefined;
    await expect(goingBack(by)).rejects.toThrow('could not be claimed');
    expect(await statuses()).toEqual(['done', 'done']);
  });

  it('is done again where that one was not taken back after all', async () => {
    const by = await finished();
    await goingBack(by);
    const gone = await row();
    for (let noted = 0; noted < 2; noted += 1) await noteStays(by, gone);
    expect(await row()).toMatchObject({ status: 'done', exitCode: 0 });
    expect(await row()).not.toHaveProperty('goneWith');
  });

  it('keeps that one from being claimed by who has lost the lock, or where it is not done itself', async () => {
    const by = await finished();
    await claimStart(by, RELEASE, 'back', 'down');
    await expect(goingBack(by)).rejects.toThrow('could not be claimed');
    expect(await statuses()).toEqual(['reverting', 'done']);
    await freeFrom(PILOT, 'production', by.id);
    await expect(goingBack(by)).rejects.toThrow('could not be claimed');
  });
});

describe('what a migration was when the snapshot was taken that its database was made from', () => {
  async function finished(): Promise<Held> {
    const by = await wanted();
    await claimStart(by, RELEASE, 'run', 'up');
    await concludeRun(by, await row(), 'done', { exitCode: 0 });
    return by;
  }

  it('is noted, however often', async () => {
    const by = await finished();
    const seen = await row();
    for (let noted = 0; noted < 2; noted += 1) await noteRestored(by, seen, 'reverted', 'database-2');
    expect(await row()).toMatchObject({ status: 'reverted', restoredTo: 'database-2' });
    expect(await row()).not.toHaveProperty('run');
  });

  it('is not noted by a worker that saw it before it ran in that database, though it stands as it stood', async () => {
    const by = await finished();
    const seen = await row();
    await noteRestored(by, seen, 'reverted', 'database-2');
    await wantMigration(by, WISH, 'reverted');
    await claimStart(by, RELEASE, 'another', 'up');
    await concludeRun(by, await row(), 'done', { exitCode: 0 });
    await expect(noteRestored(by, seen, 'reverted', 'database-2')).rejects.toThrow('could not be noted');
    expect(await row()).toMatchObject({ status: 'done', run: { id: 'another' } });
  });

  it('is not noted twice for a database where a person has settled it since', async () => {
    const by = await finished();
    await noteRestored(by, await row(), 'unknown', 'database-2', { code: 'X', reason: 'nobody knows' });
    await settleMigration(WHOSE, await row(), 'done', 'ada@laptop');
    await noteRestored(by, await row(), 'unknown', 'database-2');
    expect(await row()).toMatchObject({ status: 'done', settledBy: 'ada@laptop' });
  });
});

describe('what a person says', () => {
  it.each([
    ['failed', 'done', 'done'],
    ['failed', 'again', 'wanted'],
    ['unknown', 'done', 'done'],
    ['unknown', 'again', 'wanted'],
    ['revert-failed', 'done', 'reverted'],
    ['revert-failed', 'again', 'done'],
  ] as const)('of one that is %s: %s, makes it %s', async (status, as, becomes) => {
    const by = await wanted();
    await claimStart(by, RELEASE, 'run', 'up');
    await concludeRun(by, await row(), status, { trouble: { code: 'X', reason: 'nobody knows' } });
    expect(await settleMigration(WHOSE, await row(), as, 'ada@laptop')).toBe(true);
    expect(await row()).toMatchObject({ status: becomes, settledBy: 'ada@laptop' });
    expect(await row()).not.toHaveProperty('trouble');
  });

  it('that a reversal is to be done again leaves nothing of what that had written', async () => {
    const by = await wanted();
    await claimStart(by, RELEASE, 'run', 'up');
    await concludeRun(by, await row(), 'revert-failed', { exitCode: 5, log: ['no'], more: 'https://example.com' });
    await settleMigration(WHOSE, await row(), 'again', 'ada@laptop');
    const { exitCode, log, more } = await row();
    expect([exitCode, log, more]).toEqual([undefined, undefined, undefined]);
  });

  it('is taken, also where the reply to a first try was lost', async () => {
    const by = await wanted();
    await claimStart(by, RELEASE, 'run', 'up');
    await concludeRun(by, await row(), 'failed', {});
    const seen = await row();
    proxy.before = async (operation, body) => {
      if (operation !== 'UpdateItem') return;
      proxy.before = () => undefined;
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.UpdateItem',
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/dynamodb/aws4_request',
      };
      await fetch(emulatorUrl(), { method: 'POST', headers, body });
    };
    expect(await settleMigration(WHOSE, seen, 'done', 'ada@laptop')).toBe(true);
    expect(await row()).toMatchObject({ status: 'done', settledBy: 'ada@laptop' });
  });

  it('is not taken where it has changed meanwhile', async () => {
    const by = await wanted();
    await claimStart(by, RELEASE, 'run', 'up');
    await concludeRun(by, await row(), 'failed', {});
    const seen = await row();
    await settleMigration(WHOSE, seen, 'again', 'ada@laptop');
    expect(await settleMigration(WHOSE, seen, 'done', 'bob@laptop')).toBe(false);
  });
});

describe('all migrations that there ever were', () => {
  it('are found, also when they are more than a thousand', async () => {
    const rows = Array.from({ length: 1_020 }, (_, n) => ({
      ...migrationKey(WHOSE, String(n).padStart(20, '0')),
      ...{ release: String(n).padStart(20, '0'), status: 'done', at: new Date(n).toISOString() },
    }));
    const client = new DynamoDBClient({});
    while (rows.length > 0) {
      const requests = rows.splice(0, 25).map((row) => ({ PutRequest: { Item: marshall(row) } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [process.env.TABLE ?? '']: requests } }));
    }
    const found = await listMigrations(WHOSE);
    expect([found.length, found[0]?.release]).toEqual([1_020, '1019'.padStart(20, '0')]);
  }, 30_000);
});
