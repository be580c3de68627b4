import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  type Tag,
} from '@aws-sdk/client-rds';
import type { Context } from 'aws-lambda';
import { transact } from '../../shared/aws/table.ts';
import type { Policy } from '../../shared/ledger/deployment.ts';
import { manifestPlanned } from '../../shared/ledger/manifests.ts';
import { releaseLive } from '../../shared/ledger/releases.ts';
import type { Plan } from '../../shared/targets/target.ts';
import { resolve, SMALL } from '../preview/samples.ts';

const POLICY: Policy = {
  rollout: { steps: [100], bake: 0 },
  retention: { releases: 3, days: 30 },
  level: 'all',
} as unknown as Policy;

/** A release of a pilot as if it had been live since then. */
export async function live(pilot: string, more: string, stack: Record<string, string>, since: string): Promise<Plan> {
  const manifest = resolve(`${SMALL.ecs.replace(/^name: .*$/m, `name: ${pilot}`)}${more}`);
  const release = '0123456789abcdef0123';
  const plan: Plan = {
    target: 'ecs',
    pilot,
    environment: 'production',
    release,
    url: '',
    summary: {},
    detail: {},
    stack,
  };
  const [write, ...rest] = releaseLive(plan, POLICY);
  await transact([
    { ...write, values: { ...write?.values, ':now': since } } as NonNullable<typeof write>,
    ...rest.filter(({ key }) => !key.sk.startsWith('MANIFEST')),
    manifestPlanned(plan, manifest),
    {
      key: { pk: 'PILOTS', sk: `${pilot}#production` },
      update: 'SET pilot = :pilot, environment = :environment',
      values: { ':pilot': pilot, ':environment': 'production' },
    },
  ]);
  return plan;
}

/** A real database of the emulator, once it is there. */
export async function database(id = `shop-${randomUUID().slice(0, 8)}`, Tags: Tag[] = []): Promise<string> {
  const rds = new RDSClient({});
  await rds.send(
    new CreateDBInstanceCommand({
      ...{ DBInstanceIdentifier: id, Engine: 'postgres', DBInstanceClass: 'db.t4g.micro', AllocatedStorage: 20 },
      ...{ MasterUsername: 'app', MasterUserPassword: 'password-1', DBName: 'app', BackupRetentionPeriod: 7 },
      Tags,
    }),
  );
  await reached(id);
  return id;
}

export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  for (const deadline = Date.now() + 20_000; ; ) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error('nothing came within 20 seconds');
    await new Promise((soon) => setTimeout(soon, 50));
  }
}

export const instanceOf = async (id: string) =>
  (await new RDSClient({}).send(new DescribeDBInstancesCommand({}))).DBInstances?.find(
    ({ DBInstanceIdentifier }) => DBInstanceIdentifier === id,
  );

export const reached = (id: string, status = 'available') =>
  until(async () => {
    const found = await instanceOf(id);
    return found?.DBInstanceStatus === status && found;
  });

export const snapshotsOf = async (DBInstanceIdentifier: string) =>
  (await new RDSClient({}).send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier }))).DBSnapshots ?? [];

export const context = (seconds = 900) => ({ getRemainingTimeInMillis: () => seconds * 1000 }) as Context;

/** In place of Lambda, at the SDK's wire: functions by their names. */
export async function functions(known: Record<string, (event: never) => Promise<unknown>>) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, name = ''] = /functions\/([^/]+)\//.exec(request.url ?? '') ?? [];
    const handler = known[name];
    if (!handler) {
      response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' }).end('{}');
      return;
    }
    try {
      response.end(JSON.stringify(await handler(JSON.parse(Buffer.concat(chunks).toString()) as never)));
    } catch (error) {
      response.setHeader('x-amz-function-error', 'Unhandled');
      response.end(JSON.stringify({ errorMessage: (error as Error).message }));
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const close = () => new Promise((closed) => server.close(closed));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
