import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';
import { type Page, Viewers } from '../../local/example/load.ts';
import { listenTo } from './database-heard.ts';
import { install } from './installation.ts';

const root = join(__dirname, '..', '..');

/** Pilotage as it is installed, with its CLI, somebody who listens to all that it says, and a look into real databases. */
export async function installWithDatabases() {
  const pilotage = await install();
  const { emulator, outputs } = pilotage.environment;
  const options = { endpoint: emulator.url, region: emulator.region, credentials: emulator.credentials };
  const heard = await listenTo(options, 'pilotage-dev', outputs.Topic ?? '');
  const env = {
    ...process.env,
    PILOTAGE_STACK: join(dirname(emulator.log), 'stack.json'),
    NO_COLOR: '1',
  };
  const secrets = new SecretsManagerClient(options);
  const stacks = new CloudFormationClient(options);
  const said: string[] = [];

  /** What the stack of a pilot tells, among it where its database is. */
  async function outputsOf(pilot: string): Promise<Record<string, string>> {
    const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName: `${pilot}-production` }));
    return Object.fromEntries(
      (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  }
  async function passwordOf(pilot: string): Promise<string> {
    const { DatabaseSecret: SecretId } = await outputsOf(pilot);
    const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    return JSON.parse(SecretString).password;
  }

  return {
    ...pilotage,
    options,
    heard,
    /** All that the CLI has printed. */
    said,
    outputsOf,
    passwordOf,

    /** Runs `pilot`; what it answers with `--json`. */
    async cli(...args: string[]): Promise<{ code: number; text: string; json: Record<string, unknown> }> {
      const program = join(root, 'dist/cli/pilot.js');
      const { code, text, err } = await new Promise<{ code: number; text: string; err: string }>((ended) =>
        execFile(process.execPath, [program, ...args], { cwd: root, env }, (error, stdout, stderr) =>
          ended({ code: Number(error?.code ?? 0), text: stdout, err: stderr }),
        ),
      );
      said.push(text, err);
      return { code, text, json: args.includes('--json') ? JSON.parse(text || '{}') : {} };
    },

    /** Asks the database of a pilot itself, as its master user, past all of Pilotage. */
    async sql(pilot: string, query: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
      const { DatabaseHost: host, DatabasePort: port } = await outputsOf(pilot);
      const login = { user: 'app', password: await passwordOf(pilot), database: 'app' };
      const client = new Client({ host, port: Number(port), ...login, ssl: { rejectUnauthorized: false } });
      await client.connect();
      try {
        return (await client.query(query, values)).rows;
      } finally {
        await client.end();
      }
    },

    async end(): Promise<void> {
      heard.close();
      await pilotage.end();
    },
  };
}

export type Databases = Awaited<ReturnType<typeof installWithDatabases>>;

/** Between two requests, in milliseconds: enough that no moment is missed, few enough that others can work. */
const PAUSE = 20;

/** Visitors of one page, from now on. */
export function visitorsOf(url: string, page: Page) {
  const { hostname, port } = new URL(url);
  const viewers = new Viewers(hostname, Number(port), { patience: 10_000 });
  let going = false;
  let asking = Promise.resolve();
  const self = {
    report: viewers.report,
    start() {
      going = true;
      asking = (async () => {
        for (; going; await new Promise((over) => setTimeout(over, PAUSE))) await viewers.ask(page);
      })();
    },
    async stop(): Promise<void> {
      going = false;
      await asking;
    },
    /** Does what visitors would notice, and must. */
    async without(work: () => Promise<void>): Promise<void> {
      await self.stop();
      try {
        await work();
      } finally {
        self.start();
      }
    },
  };
  return self;
}
