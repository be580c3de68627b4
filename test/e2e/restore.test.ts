import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeDBInstancesCommand, DescribeDBSnapshotsCommand, RDSClient } from '@aws-sdk/client-rds';
import { ecsDatabaseExample } from '../../local/example/ecs-database.ts';
import type { Page } from '../../local/example/load.ts';
import { imagesIn, tellImages } from '../../local/tasks/images.ts';
import { type Databases, installWithDatabases } from './database-installation.ts';
import type { View } from './installation.ts';

const folder = join(__dirname, '..', '..', 'examples/ecs-database');
const PILOT = 'acme-notes';
const FIRST = 'acme-notes-production';

let pilotage: Databases;
let rds: RDSClient;
let page: Page;
let snapshot: string;

beforeAll(async () => {
  pilotage = await installWithDatabases();
  rds = new RDSClient(pilotage.options);
  page = (await ecsDatabaseExample.pages(folder))[0] as Page;
  await tellImages(pilotage.environment.emulator.url, imagesIn(folder, ecsDatabaseExample.versions));
}, 240_000);
afterAll(() => pilotage.end());

async function pilot(...args: string[]): Promise<View> {
  const { code, json, text } = await pilotage.cli(...args, '--follow', '--json');
  const state = json.state as View | undefined;
  if (code !== 0 || !state) throw new Error(`pilot ${args.join(' ')} ended with ${code}: ${text}`);
  return state;
}

const seen = async (): Promise<string> => {
  const [status] = await pilotage.ask({ action: 'status', pilot: PILOT });
  const url = status?.url ?? '';
  return (await fetch(url, { headers: { host: new URL(url).host } })).text();
};
const write = (text: string) => pilotage.sql(PILOT, 'INSERT INTO notes (text) VALUES ($1)', [text]);
const written = async (): Promise<unknown[]> =>
  (await pilotage.sql(PILOT, "SELECT text FROM notes WHERE text LIKE 'kept%' OR text LIKE 'lost%' ORDER BY id")).map(
    ({ text }) => text,
  );
const columns = async (): Promise<unknown[]> => {
  const asked = "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'notes' ORDER BY 1";
  return (await pilotage.sql(PILOT, asked)).map(({ name }) => name);
};
const instances = async () => {
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
  return DBInstances.map(({ DBInstanceIdentifier: id, DeletionProtection: isProtected }) => ({ id, isProtected }));
};
const snapshotsOf = async (DBInstanceIdentifier: string) => {
  const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier }));
  return DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier);
};
const restore = (...more: string[]) =>
  pilotage.cli('restore', PILOT, '--snapshot', snapshot, '--in-place', ...more, '--json');

describe('a snapshot', () => {
  it('does not take the place of a database that somebody is served from', async () => {
    await pilot('deploy', join(folder, 'v1'));
    await write('kept 1');
    const two = await pilot('deploy', join(folder, 'v2'));
    snapshot = String(two.facts?.snapshot);
    await write('lost 1');
    expect(await columns()).toEqual(['author', 'id', 'text']);

    const shown = await pilotage.cli('restore', PILOT, '--snapshot', snapshot, '--in-place');
    expect(shown).toMatchObject({ code: 1 });
    expect(shown.text).toMatch(
      /pilot offline acme-notes\n.*--in-place --confirm acme-notes\n.*pilot online acme-notes/,
    );
    expect(await restore('--confirm', PILOT)).toMatchObject({ code: 2 });
    expect(pilotage.said.join('')).toContain('PILOT_NOT_OFFLINE');
    expect(await written()).toEqual(['kept 1', 'lost 1']);
  }, 240_000);

  it('takes its place while the pilot is offline, and leaves a last snapshot of it', async () => {
    await pilot('offline', PILOT);
    const restored = await pilot('restore', PILOT, '--snapshot', snapshot, '--in-place', '--confirm', PILOT);
    const { DatabaseId: database = '', DatabaseSnapshot } = await pilotage.outputsOf(PILOT);
    expect(database).not.toBe(FIRST);
    expect(DatabaseSnapshot).toBe(snapshot);
    expect(restored).toMatchObject({
      status: 'succeeded',
      facts: { restored: snapshot, into: database, lost: expect.stringMatching(/Z to .*Z$/) },
    });
    expect(await instances()).toEqual([{ id: database, isProtected: true }]);
    expect(await snapshotsOf(FIRST)).toContain(restored.facts?.lastSnapshot);
    expect(await written()).toEqual(['kept 1']);
    expect(await columns()).toEqual(['id', 'text']);
    expect(await seen()).toContain('Back soon');
    expect((await pilotage.cli('migrate', PILOT)).text).toMatch(/reverted/);
    expect((await pilotage.cli('history', PILOT)).text).toContain('restore');
  }, 240_000);

  it('is what the pilot comes back with, after the migration that is not in it ran once more', async () => {
    const back = await pilot('online', PILOT);
    expect(back).toMatchObject({ status: 'succeeded', facts: { migration: 'exit code 0' } });
    expect(await seen()).toBe(`${page.versions.v2}- kept 1 (nobody)\n`);
    expect(await columns()).toEqual(['author', 'id', 'text']);
    expect(await written()).toEqual(['kept 1']);
    await pilot('offline', PILOT);
    const again = await pilot('online', PILOT);
    expect(again.facts).not.toHaveProperty('migration');
    expect(await seen()).toContain('- kept 1 (nobody)');
  }, 240_000);

  it('stays what the database was made from with the releases after it', async () => {
    const { DatabaseId: database } = await pilotage.outputsOf(PILOT);
    await write('kept 2');
    const text = readFileSync(join(folder, 'v2/pilot.yaml'), 'utf8');
    const next = text.replace(/^database:.*$/m, (line) => line.replace('}', ', storage: 30}'));
    const id = await pilotage.upload(PILOT, next === text ? `${text}\ntags: {}\n` : next);
    await pilotage.ended(id);
    expect(await pilotage.outputsOf(PILOT)).toMatchObject({ DatabaseId: database, DatabaseSnapshot: snapshot });
    expect(await written()).toEqual(['kept 1', 'kept 2']);
  }, 240_000);

  it('can be gone back to a second time', async () => {
    const { DatabaseId: before } = await pilotage.outputsOf(PILOT);
    await pilot('offline', PILOT);
    await pilot('restore', PILOT, '--snapshot', snapshot, '--in-place', '--confirm', PILOT);
    expect((await pilotage.outputsOf(PILOT)).DatabaseId).not.toBe(before);
    expect(await written()).toEqual(['kept 1']);
    await pilot('online', PILOT);
    expect(await seen()).toBe(`${page.versions.v2}- kept 1 (nobody)\n`);
  }, 240_000);
});
