import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Account, type Contender } from './contenders.ts';
import { startMoto } from './moto.ts';
import type { Published } from './published.ts';
import { type Seen, Watch } from './watch.ts';
import type { Calls, Wire } from './wire.ts';

/** What bringing groups to a list took. */
export interface Measured extends Calls, Seen {
  who: string;
  what: string;
  outcome: string;
  /** Exactly what is to be let in is let in afterwards. */
  right: boolean;
  ms: number;
  /** Resident memory of this process afterwards, in megabytes. */
  memory: number;
}

/** An account of its own in which contenders are measured. */
export interface Scene {
  account: Account;
  measure(contender: Contender, what: string, list: Published, check?: 'gate' | 'drift'): Promise<Measured>;
}

const TABLE = 'bench';

/**
 * @param wire the same one for all: product code finds AWS once, at its first call.
 * @param rulesAGroup the account's quota.
 */
export async function withScene<Result>(
  { wire, root, rulesAGroup }: { wire: Wire; root: string; rulesAGroup: number },
  work: (scene: Scene) => Promise<Result>,
): Promise<Result> {
  const moto = await startMoto(root, rulesAGroup);
  try {
    wire.leadTo(moto.port);
    await settle(wire, moto.port);
    const watch = new Watch(moto.port);
    wire.onWrite((id) => watch.changed(id));
    return await work({ account: new Account(moto.port), measure: measureWith(wire, watch) });
  } finally {
    await moto.stop();
  }
}

async function settle(wire: Wire, port: number): Promise<void> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: wire.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    TABLE,
    INSTALLATION: 'bench',
  });
  await new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}` }).send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
}

const measureWith =
  (wire: Wire, watch: Watch): Scene['measure'] =>
  async (contender, what, list, check = 'gate') => {
    await watch.begin(contender.watched(list));
    wire.taken();
    const began = performance.now();
    const outcome = await contender.sync(list, check);
    const ms = Math.round(performance.now() - began);
    process.stderr.write(`${contender.name}: ${what}: ${outcome}, ${ms} ms\n`);
    const calls = wire.taken();
    const memory = Math.round(process.memoryUsage.rss() / 1e6);
    const right = await watch.isRight(contender.watched(list));
    return { who: contender.name, what, outcome, ...calls, ...watch.seen(), right, ms, memory };
  };
