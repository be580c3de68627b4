import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type DBInstance,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';
import type { clientOf } from '../emulator/running.ts';
import { until } from '../emulator/running.ts';

type Options = ReturnType<typeof clientOf>;
const PYTHON = join(__dirname, '../../../.local/venv/bin/python');

/** What every database of a test is made with, besides its identifier. */
export const ASKED = {
  ...{ Engine: 'postgres', DBInstanceClass: 'db.t4g.micro', AllocatedStorage: 20 },
  ...{ MasterUsername: 'app', MasterUserPassword: 'password-1', DBName: 'app' },
};

export const instanceOf = async (rds: RDSClient, DBInstanceIdentifier: string): Promise<DBInstance | undefined> => {
  const listed = await rds.send(new DescribeDBInstancesCommand({}));
  return listed.DBInstances?.find((one) => one.DBInstanceIdentifier === DBInstanceIdentifier);
};

/** The instance once it is in this state. */
export const reached = (rds: RDSClient, name: string, state = 'available'): Promise<DBInstance> =>
  until(async () => {
    const instance = await instanceOf(rds, name);
    return instance?.DBInstanceStatus === state && instance;
  });

export const kept = (rds: RDSClient, DBSnapshotIdentifier: string) =>
  until(async () => {
    const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier }));
    return DBSnapshots?.[0]?.Status === 'available' && DBSnapshots[0];
  });

export async function passwordIn(options: Options, instance: DBInstance): Promise<string> {
  const SecretId = instance.MasterUserSecret?.SecretArn;
  const { SecretString } = await new SecretsManagerClient(options).send(new GetSecretValueCommand({ SecretId }));
  const { username, password } = JSON.parse(SecretString ?? '{}');
  expect(username).toBe(instance.MasterUsername);
  return password;
}

/** Asks a PostgreSQL as the master user, over TLS that is verified. */
export async function ask(options: Options, { Endpoint }: DBInstance, password: string, text: string) {
  const ca = await fetch(`${options.endpoint}/_ministack/rds/ca.pem`).then((answer) => answer.text());
  const { Address: host, Port: port } = Endpoint ?? {};
  const client = new Client({ host, port, user: 'app', password, database: 'app', ssl: { ca } });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const ASK = `
import pymysql, sys
port, text = sys.argv[1:]
connection = pymysql.connect(host="127.0.0.1", port=int(port), user="app", password="password-1", database="app", autocommit=True)
with connection.cursor() as cursor:
    for one in text.split(";"):
        cursor.execute(one)
    print(*(row[0] for row in cursor.fetchall() or []))
`;

/** Asks a MariaDB as the master user; the first column of the last answer. */
export async function askMaria({ Endpoint }: DBInstance, text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(PYTHON, ['-c', ASK, String(Endpoint?.Port), text]);
  return stdout.trim().split(' ').filter(Boolean);
}
