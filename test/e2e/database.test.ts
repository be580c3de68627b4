import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
} from '@aws-sdk/client-rds';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ecsDatabaseExample } from '../../local/example/ecs-database.ts';
import type { Page } from '../../local/example/load.ts';
import { imagesIn, tellImages } from '../../local/tasks/images.ts';
import { TERMINAL_EVENTS } from '../../shared/events.ts';
import { type Databases, installWithDatabases, visitorsOf } from './database-installation.ts';
import { pilotsLog, whatPilotageKeeps } from './database-traces.ts';
import { eventually, type View } from './installation.ts';
import { serving } from './services.ts';

const root = join(__dirname, '..', '..');
const folder = join(root, 'examples/ecs-database');
const MIGRATE = join(__dirname, 'database-pilot/migrate');
const PYTHON = join(root, '.local/venv/bin/python');
const PILOT = 'acme-notes';
const DATABASE = 'acme-notes-production';
const MARIA = `sha256:${'a'.repeat(64)}`;
/** What PostgreSQL says before the first of them ran. */
const NO_TABLE = '42P01';
/** As a program makes them: nothing but its looks tells it from the words around it. */
const CANARY = 'Zx81kQ7vTm2Lw9RbYd4H';

let pilotage: Databases;
let rds: RDSClient;
let page: Page;
let visitors: ReturnType<typeof visitorsOf>;
let maria: string;
/** All that was asked for, of both pilots. */
const deployments: string[] = [];

beforeAll(async () => {
  pilotage = await installWithDatabases();
  rds = new RDSClient(pilotage.options);
  page = (await ecsDatabaseExample.pages(folder))[0] as Page;
  await tellImages(pilotage.environment.emulator.url, {
    ...imagesIn(folder, ecsDatabaseExample.versions),
    [MARIA]: { command: [process.execPath, '-e', serving('tea')], cwd: __dirname },
  });
  const Name = `pilots/${PILOT}/production/canary`;
  await new SecretsManagerClient(pilotage.options).send(new CreateSecretCommand({ Name, SecretString: CANARY }));
}, 240_000);
afterAll(async () => {
  await visitors?.stop();
  await pilotage.end();
});

/** Runs `pilot deploy` or `pilot rollback` to its end, as a person would. */
async function pilot(...args: string[]): Promise<View> {
  const { code, json, text } = await pilotage.cli(...args, '--follow', '--json');
  const state = json.state as View | undefined;
  if (code !== 0 || !state) throw new Error(`pilot ${args.join(' ')} ended with ${code}: ${text}`);
  deployments.push(state.id);
  return state;
}

async function upload(name: string, manifest: string): Promise<string> {
  const id = await pilotage.upload(name, manifest);
  deployments.push(id);
  return id;
}

/** The second version with one of the migrations of bad days. */
const releaseThat = (how: string, { migrations = '', more = '' } = {}): string =>
  readFileSync(join(folder, 'v2/pilot.yaml'), 'utf8').replace(
    /migrations:\n(?: .*\n)+/,
    `migrations: { command: [node, "${MIGRATE}.js", ${how}], reversible: true${migrations} }\n${more}`,
  );
/** It would not go live without being watched for long. */
const WATCHED = { more: 'rollout: { steps: [50, 100], bake: 1h }\n' };
const deploy = async (how: string, options?: Parameters<typeof releaseThat>[1]): Promise<View> =>
  pilotage.ended(await upload(PILOT, releaseThat(how, options)));

const address = async (): Promise<string> => (await pilotage.ask({ action: 'status', pilot: PILOT }))[0]?.url ?? '';
const seen = async (): Promise<string> => {
  const url = await address();
  return (await fetch(url, { headers: { host: new URL(url).host } })).text();
};
const columns = async () => {
  const asked = "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'notes' ORDER BY 1";
  return (await pilotage.sql(PILOT, asked)).map(({ name }) => name);
};
/** The processes of migrations of this kind, as they wrote themselves down. */
const runs = async (how: string): Promise<number[]> => {
  const asked = pilotage.sql(PILOT, 'SELECT pid FROM runs WHERE how = $1', [how]);
  const found = await asked.catch((error: { code?: string }) => {
    if (error.code === NO_TABLE) return [];
    throw error;
  });
  return found.map(({ pid }) => Number(pid));
};
const started = (how: string) => eventually(async () => (await runs(how)).at(-1), `${how} did not start`);
const migrationOf = async ({ release }: View) =>
  (await pilotage.ask({ action: 'migrations', pilot: PILOT })).find((one) => one.release === release);
const snapshotOf = async ({ id }: View) => {
  const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: DATABASE }));
  return DBSnapshots.find(({ TagList = [] }) =>
    TagList.some(({ Key, Value }) => Key === 'pilotage:deployment' && Value === id),
  );
};
const databases = (body: object) =>
  fetch(`${pilotage.environment.emulator.url}/_pilotage/databases`, { method: 'POST', body: JSON.stringify(body) });
const told = ({ failure }: View): string => {
  const { code = '', reason = '' } = Object(failure);
  return `${code} ${reason}`;
};

describe('a pilot with a database', () => {
  it('comes online by itself, with its database, settings and tables; until then there is a page', async () => {
    const first = pilot('deploy', join(folder, 'v1'));
    const url = await eventually(async () => (await address().catch(() => '')) || undefined, 'it got no address');
    expect(await seen()).toContain('Back soon');
    visitors = visitorsOf(url, page);
    await eventually(async () => ((await seen()).includes('Back soon') ? undefined : true), 'it came not online');
    visitors.start();
    const one = await first;
    expect(one).toMatchObject({ status: 'succeeded', facts: { migration: 'exit code 0' } });
    expect(await columns()).toEqual(['id', 'text']);
    // There was nothing to lose.
    expect(await snapshotOf(one)).toBeUndefined();
    maria = await upload(
      'acme-tea',
      `apiVersion: pilotage/v1
name: acme-tea
target: ecs
source: { image: "registry.example.com/tea@${MARIA}" }
database: { engine: mariadb }
migrations: { command: ["${PYTHON}", "${MIGRATE}.py", up], reversible: true }
health: { path: /, interval: 5s }
`,
    );
  }, 180_000);

  it('gets the next release with its migration, and goes back with settings and database', async () => {
    const two = await pilot('deploy', join(folder, 'v2'));
    expect(await columns()).toEqual(['author', 'id', 'text']);
    expect(await seen()).toBe(page.versions.v2);
    const snapshot = await snapshotOf(two);
    expect(snapshot).toMatchObject({ Status: 'available', DBSnapshotIdentifier: two.facts?.snapshot });
    const migrated = (await pilotage.cli('migrate', PILOT)).text;
    expect(migrated).toContain(`${two.release}  done`);
    expect(migrated).toContain(snapshot?.DBSnapshotIdentifier);
    expect((await pilotage.cli('config', 'show', PILOT)).text).toContain('"greeting": "Welcome"');
    expect((await pilotage.cli('config', 'diff', PILOT, join(folder, 'v1'))).text).toMatch(/Welcome[\s\S]*Hello/);

    await pilot('rollback', PILOT);
    expect(await seen()).toBe(page.versions.v1);
    expect(await columns()).toEqual(['id', 'text']);
    expect((await pilotage.cli('config', 'show', PILOT)).text).toContain('"greeting": "Hello"');
    expect((await pilotage.cli('migrate', PILOT)).text).toContain(`${two.release}  reverted`);

    await pilot('deploy', join(folder, 'v2'));
    expect(await columns()).toEqual(['author', 'id', 'text']);
    expect(visitors.report).toMatchObject({ failed: 0, failures: [] });
  }, 180_000);

  it('goes on answering when the password of its database was rotated', async () => {
    await visitors.without(async () => {
      const before = await pilotage.passwordOf(PILOT);
      const change = { DBInstanceIdentifier: DATABASE, ApplyImmediately: true, RotateMasterUserPassword: true };
      await rds.send(new ModifyDBInstanceCommand(change));
      expect(await pilotage.passwordOf(PILOT)).not.toBe(before);
      // What is open stays open: only a new connection needs the new one.
      const others = "datname = 'app' AND pid <> pg_backend_pid()";
      const ended = await pilotage.sql(PILOT, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`);
      expect(ended.length).toBeGreaterThan(0);
      await eventually(async () => (await seen()) === page.versions.v2 || undefined, 'it does not answer');
    });
  }, 120_000);
});

describe('a migration', () => {
  /** Ends in words, is never run again by itself, leaves a snapshot, and whoever serves, serves on. */
  async function badEnd(how: string, ended: View, words: RegExp): Promise<void> {
    expect(told(ended)).toMatch(words);
    expect(ended).toMatchObject({ status: 'failed', failure: { step: 'Migrate' } });
    expect(await runs(how)).toHaveLength(1);
    expect(await snapshotOf(ended)).toMatchObject({ Status: 'available' });
    expect(await migrationOf(ended)).toMatchObject({ status: 'failed', snapshot: expect.any(String) });
    expect(await seen()).toBe(page.versions.v2);
  }

  it('that fails is not run again until somebody says so', async () => {
    const why = 'the table notes has rows that do not fit';
    const ended = await deploy('fails', WATCHED);
    await badEnd(
      'fails',
      ended,
      new RegExp(`^MIGRATION_FAILED .* exit code 1; .*pilot migrate .*its last lines: ${why}`),
    );
    expect(told(await deploy('fails', WATCHED))).toMatch(/^MIGRATION_FAILED the migration failed in /);
    expect(await runs('fails')).toHaveLength(1);

    const settle = (as: string) => pilotage.cli('migrate', PILOT, '--settle', as, '--release', ended.release ?? '');
    expect(await settle('again')).toMatchObject({ code: 0 });
    expect(await deploy('fails', WATCHED)).toMatchObject({ status: 'failed' });
    expect(await runs('fails')).toHaveLength(2);
    expect(await settle('done')).toMatchObject({ code: 0 });
    const id = await upload(PILOT, releaseThat('fails', WATCHED));
    await pilotage.until(id, ({ shifted, finishedAt }) => shifted?.weight === 50 || finishedAt !== undefined);
    expect(await pilotage.cli('cancel', PILOT)).toMatchObject({ code: 0 });
    expect(await pilotage.ended(id)).toMatchObject({ status: 'cancelled', rolledBack: true });
    expect(await runs('fails')).toHaveLength(2);
  }, 180_000);

  it('that takes longer than it may is ended', async () => {
    const ended = await deploy('hangs', { migrations: ', timeout: 2s' });
    await badEnd('hangs', ended, /^MIGRATION_TIMEOUT .* ended after 2s, .*its last lines: waiting for a lock/);
  }, 180_000);

  it('that is killed has failed', async () => {
    const id = await upload(PILOT, releaseThat('killed'));
    process.kill(await started('killed'), 'SIGKILL');
    await badEnd('killed', await pilotage.ended(id), /^MIGRATION_FAILED .* exit code 137; .*its last lines: /);
  }, 180_000);

  it('that prints 10 MB is told of by its last lines', async () => {
    const ended = await deploy('prints');
    await badEnd('prints', ended, /^MIGRATION_FAILED .*that was too much/);
    const { log = [] } = (await migrationOf(ended)) ?? {};
    expect(Buffer.byteLength(log.join(''))).toBeLessThanOrEqual(2_000);
    const states = (await pilotage.history(ended.id)).map((event) => event.stateEnteredEventDetails?.input ?? '');
    expect(Math.max(...states.map((state) => state.length))).toBeLessThanOrEqual(4_096);
  }, 180_000);

  it('is not started where no snapshot can be taken', async () => {
    const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({}));
    await databases({ snapshots: DBSnapshots.length });
    expect(told(await deploy('quota'))).toMatch(/^SNAPSHOT_QUOTA .*nothing was migrated/);
    await databases({ snapshots: 100, states: { [DATABASE]: 'storage-full' } });
    expect(told(await deploy('full'))).toMatch(/^DATABASE_NOT_AVAILABLE .*storage-full; nothing was migrated/);
    await databases({ states: { [DATABASE]: 'available' } });
    expect([await runs('quota'), await runs('full')]).toEqual([[], []]);
    expect(await seen()).toBe(page.versions.v2);
  }, 180_000);

  it('runs once whoever of Pilotage is killed meanwhile, and however often its event comes', async () => {
    const id = await upload(PILOT, releaseThat('waits'));
    const event = {
      id: 'again',
      detail: {
        bucket: { name: pilotage.environment.outputs.ManifestsBucket },
        object: { key: `pilots/${PILOT}/pilot.yaml` },
      },
    };
    await pilotage.invoke('pilotage-dev-entrances-upload', event);
    await pilotage.until(id, ({ step, finishedAt }) => step === 'Migrate' || finishedAt !== undefined);
    let killed = pilotage.kill('deploy-migrate');
    await started('waits');
    killed += pilotage.kill('deploy-migrate');
    await pilotage.invoke('pilotage-dev-entrances-upload', event);
    await pilotage.sql(PILOT, "UPDATE runs SET goes_on = true WHERE how = 'waits'");
    await badEnd('waits', await pilotage.ended(id), /^MIGRATION_FAILED .* exit code 1; .*gone on, and failed/);
    expect(killed).toBeGreaterThan(0);
    expect((await pilotage.executions()).filter((name) => name === id)).toHaveLength(1);
  }, 240_000);

  it('that prints secrets has them nowhere but in the pilot’s own log', async () => {
    const ended = await deploy('tells', { more: 'secrets: { CANARY: "secret:canary" }\n' });
    await badEnd('tells', ended, /^MIGRATION_FAILED .*its last lines: no login with \*\*\* nor with \*\*\*/);
    for (const args of [['migrate'], ['status'], ['history'], ['config', 'show']])
      await pilotage.cli(...args, PILOT, '--json');
    const password = await pilotage.passwordOf(PILOT);
    const own = await pilotsLog(pilotage, PILOT);
    expect([own.includes(CANARY), own.includes(password)]).toEqual([true, true]);
    const kept = await whatPilotageKeeps(pilotage);
    for (const [where, texts] of Object.entries(kept)) {
      // It was looked for where there is something.
      expect([where, texts.length > 0]).toEqual([where, true]);
      const found = texts.filter((text) => text.includes(CANARY) || text.includes(password));
      expect([where, found]).toEqual([where, []]);
    }
  }, 180_000);

  it('cannot run where the database does not answer', async () => {
    expect(visitors.report).toMatchObject({ failed: 0, failures: [] });
    await visitors.without(async () => {
      const reached = (state: string) =>
        eventually(async () => {
          const named = { DBInstanceIdentifier: DATABASE };
          const { DBInstances } = await rds.send(new DescribeDBInstancesCommand(named));
          return DBInstances?.[0]?.DBInstanceStatus === state || undefined;
        }, `the database is not ${state}`);
      await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: DATABASE }));
      await reached('stopped');
      expect(told(await deploy('stopped'))).toMatch(/^DATABASE_NOT_AVAILABLE .*stopped; nothing was migrated/);
      const blind = await deploy('blind', { migrations: ', snapshot: false' });
      expect(told(blind)).toMatch(/^MIGRATION_FAILED .*the database cannot be reached: connect ECONNREFUSED/);
      await rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: DATABASE }));
      await reached('available');
      await eventually(async () => (await seen()) === page.versions.v2 || undefined, 'it does not answer again');
      expect([await runs('stopped'), await runs('blind')]).toEqual([[], []]);
    });
  }, 240_000);

  it('of a MariaDB makes its tables', async () => {
    expect(await pilotage.ended(maria)).toMatchObject({ status: 'succeeded', facts: { migration: 'exit code 0' } });
    expect(await pilotsLog(pilotage, 'acme-tea')).toMatch(/Water the plants.*MariaDB/);
  }, 180_000);
});

describe('all of it', () => {
  it('failed no visitor, and each deployment ended once and was told of once', async () => {
    await visitors.stop();
    expect(visitors.report).toMatchObject({ failed: 0, failures: [] });
    const { events, notifications } = pilotage.heard;
    const ended = await eventually(async () => {
      const all = events.map((text) => JSON.parse(text)).filter((one) => TERMINAL_EVENTS.includes(one['detail-type']));
      return notifications.length >= deployments.length ? all : undefined;
    }, `${notifications.length} of ${deployments.length} were told of`);
    expect(ended.map(({ detail }) => detail.deployment).sort()).toEqual([...deployments].sort());
    expect(notifications).toHaveLength(deployments.length);
  }, 120_000);
});
