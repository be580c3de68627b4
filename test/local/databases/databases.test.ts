import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';
import { ASKED, ask, askMaria, instanceOf, kept, passwordIn, reached } from './rds.ts';

const root = join(__dirname, '../../..');

let running: Awaited<ReturnType<typeof runningEmulator>>;
let options: ReturnType<typeof clientOf>;
let rds: RDSClient;
beforeAll(async () => {
  running = await runningEmulator();
  options = clientOf(running.emulator);
  rds = new RDSClient(options);
}, 60_000);
afterAll(() => running.end());

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.unref();
    socket.once('connect', () => socket.destroy());
  });

test('a database is a PostgreSQL with a user and a database as asked for; the user is no superuser', async () => {
  const { DBInstance } = await rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier: 'acme', ...ASKED }));
  expect(DBInstance).toMatchObject({ DBInstanceStatus: 'creating', MasterUsername: 'app', DBName: 'app' });
  expect(DBInstance?.Endpoint).toBeUndefined();
  const acme = await reached(rds, 'acme');
  const query = `SELECT rolsuper, current_database() AS name, ssl FROM pg_roles
    JOIN pg_stat_ssl ON pid = pg_backend_pid() WHERE rolname = current_user`;
  expect(await ask(options, acme, 'password-1', query)).toEqual([{ rolsuper: false, name: 'app', ssl: true }]);
  await expect(ask(options, acme, 'password-2', 'SELECT 1')).rejects.toThrow(/password authentication failed/);
}, 30_000);

test('what a snapshot holds is there once it is restored, and nothing that came later', async () => {
  const acme = await reached(rds, 'acme');
  await ask(options, acme, 'password-1', 'CREATE TABLE notes (text text); INSERT INTO notes VALUES ($$before$$)');
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'acme', DBSnapshotIdentifier: 'one' }));
  await kept(rds, 'one');
  await ask(options, acme, 'password-1', 'INSERT INTO notes VALUES ($$after$$)');

  const restore = { DBInstanceIdentifier: 'restored', DBSnapshotIdentifier: 'one', ManageMasterUserPassword: true };
  await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  const restored = await reached(rds, 'restored');
  const password = await passwordIn(options, restored);
  expect(await ask(options, restored, password, 'SELECT text FROM notes')).toEqual([{ text: 'before' }]);
  expect(await ask(options, acme, 'password-1', 'SELECT text FROM notes')).toHaveLength(2);
}, 30_000);

test('while it is copied, whoever writes waits and loses nothing', async () => {
  const acme = await reached(rds, 'acme');
  await ask(options, acme, 'password-1', 'CREATE TABLE counted (number int)');
  let open = true;
  const writing = (async () => {
    let number = 0;
    while (open) await ask(options, acme, 'password-1', `INSERT INTO counted VALUES (${number++})`);
    return number;
  })();
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'acme', DBSnapshotIdentifier: 'busy' }));
  await kept(rds, 'busy');
  open = false;
  const written = await writing;
  const [row] = await ask(options, acme, 'password-1', 'SELECT count(*)::int AS number FROM counted');
  expect(row.number).toBe(written);
}, 30_000);

test('it has what was in it after it was stopped, renamed and given another password', async () => {
  await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: 'acme' }));
  const { Endpoint } = await reached(rds, 'acme', 'stopped');
  expect(await listens(Endpoint?.Port ?? 0)).toBe(false);
  await rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: 'acme' }));
  await reached(rds, 'acme');
  const change = { DBInstanceIdentifier: 'acme', ApplyImmediately: true };
  await rds.send(new ModifyDBInstanceCommand({ ...change, MasterUserPassword: 'password-2' }));
  await rds.send(new ModifyDBInstanceCommand({ ...change, NewDBInstanceIdentifier: 'renamed' }));
  const renamed = await reached(rds, 'renamed');
  expect(renamed.DBInstanceArn).toMatch(/:db:renamed$/);
  expect(await instanceOf(rds, 'acme')).toBeUndefined();
  expect(await ask(options, renamed, 'password-2', 'SELECT text FROM notes')).toHaveLength(2);
}, 30_000);

test('a replica has what its source has and gets, and takes nothing from others', async () => {
  const replica = { DBInstanceIdentifier: 'replica', SourceDBInstanceIdentifier: 'renamed' };
  await rds.send(new CreateDBInstanceReadReplicaCommand(replica));
  const [source, copy] = [await reached(rds, 'renamed'), await reached(rds, 'replica')];
  expect(source.ReadReplicaDBInstanceIdentifiers).toEqual(['replica']);
  await ask(options, source, 'password-2', 'INSERT INTO notes VALUES ($$replicated$$)');
  await until(async () => (await ask(options, copy, 'password-2', 'SELECT text FROM notes')).length === 3);
  const write = ask(options, copy, 'password-2', 'INSERT INTO notes VALUES ($$of others$$)');
  await expect(write).rejects.toThrow(/read-only/);
}, 30_000);

test('a deleted database leaves its last snapshot, and nothing that listens', async () => {
  const { Endpoint } = await reached(rds, 'restored');
  const last = { DBInstanceIdentifier: 'restored', FinalDBSnapshotIdentifier: 'last' };
  await rds.send(new DeleteDBInstanceCommand(last));
  await until(async () => !(await instanceOf(rds, 'restored')));
  expect(await kept(rds, 'last')).toMatchObject({ DBInstanceIdentifier: 'restored', PercentProgress: 100 });
  expect(await listens(Endpoint?.Port ?? 0)).toBe(false);
}, 30_000);

test('databases end with the emulator, even where that is killed', async () => {
  const other = await runningEmulator();
  const there = new RDSClient(clientOf(other.emulator));
  await there.send(new CreateDBInstanceCommand({ DBInstanceIdentifier: 'acme', ...ASKED }));
  const { Endpoint } = await reached(there, 'acme');
  process.kill(other.emulator.pid, 'SIGKILL');
  await until(async () => !(await listens(Endpoint?.Port ?? 0)));
  await other.end();
}, 30_000);

test('a server that was held still when everything else ended goes on, and ends', async () => {
  const keeper = join(root, 'local/databases/keeper.py');
  const child = spawn('python3', [keeper, 'SIGTERM', tmpdir(), 'sh', '-c', 'sleep 600 & echo $! $$; wait']);
  const pids = await new Promise<string>((resolve) => child.stdout.once('data', (text) => resolve(String(text))));
  for (const pid of pids.split(/\s+/).filter(Boolean)) process.kill(Number(pid), 'SIGSTOP');
  const started = Date.now();
  child.stdin.end();
  await once(child, 'exit');
  expect(Date.now() - started).toBeLessThan(4_000);
  process.kill(Number(pids.split(' ')[0]), 'SIGKILL');
}, 10_000);

const hasProgram = (name: string) => {
  try {
    return execFileSync('sh', ['-c', `command -v ${name}`]).length > 0;
  } catch {
    return false;
  }
};
const mayHaveMaria =
  ['/usr/sbin/mariadbd', '/usr/libexec/mariadbd', join(root, '.local/mariadb')].some(existsSync) ||
  hasProgram('mariadbd') ||
  (hasProgram('apt-get') && hasProgram('dpkg-deb'));
const NO_MARIA = 'there is no MariaDB, and no apt that could download it: install it so that `mariadbd` is on PATH';

async function isMaria() {
  await rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier: 'maria', ...ASKED, Engine: 'mysql' }));
  const maria = await until(() => reached(rds, 'maria').catch(() => undefined));
  await askMaria(maria, 'CREATE TABLE notes (text varchar(9)); INSERT INTO notes VALUES ("before")');
  await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'maria', DBSnapshotIdentifier: 'maria' }));
  await kept(rds, 'maria');
  await askMaria(maria, 'INSERT INTO notes VALUES ("after")');
  const restore = { DBInstanceIdentifier: 'maria-2', DBSnapshotIdentifier: 'maria' };
  await rds.send(new RestoreDBInstanceFromDBSnapshotCommand(restore));
  expect(await askMaria(await reached(rds, 'maria-2'), 'SELECT text FROM notes')).toEqual(['before']);
  expect(await askMaria(maria, 'SELECT text FROM notes')).toEqual(['before', 'after']);

  const replica = { DBInstanceIdentifier: 'maria-3', SourceDBInstanceIdentifier: 'maria' };
  await rds.send(new CreateDBInstanceReadReplicaCommand(replica));
  const copy = await reached(rds, 'maria-3');
  await askMaria(maria, 'INSERT INTO notes VALUES ("later")');
  await until(async () => (await askMaria(copy, 'SELECT text FROM notes')).includes('later'));
  await expect(askMaria(copy, 'INSERT INTO notes VALUES ("others")')).rejects.toThrow(/read-only/);
}

/** As on every machine that has neither MariaDB nor apt. */
async function isNone() {
  await rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier: 'maria', ...ASKED, Engine: 'mysql' }));
  await reached(rds, 'maria', 'failed');
  expect(readFileSync(running.emulator.log, 'utf8')).toContain(NO_MARIA);
}

if (mayHaveMaria) test('MySQL and MariaDB are a MariaDB, kept and restored as PostgreSQL is', isMaria, 60_000);
else test('MySQL and MariaDB fail here, and the log says what to install', isNone, 60_000);

test('where PATH has neither MariaDB nor apt, it is said what to install', () => {
  // Aside, where nothing was unpacked before.
  const aside = mkdtempSync(join(tmpdir(), 'pilotage-mariadb-'));
  const folder = join(aside, 'local/databases');
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, 'local/databases/mariadb_package.py'), join(folder, 'mariadb_package.py'));
  const look = 'import mariadb_package; mariadb_package._BESIDES = ""; mariadb_package.programs()';
  const env = { PATH: aside, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
  const { status, stderr } = spawnSync(join(root, '.local/venv/bin/python'), ['-c', look], { env, encoding: 'utf8' });
  rmSync(aside, { recursive: true });
  expect(status).toBe(1);
  expect(stderr).toContain(`FileNotFoundError: ${NO_MARIA}`);
});
