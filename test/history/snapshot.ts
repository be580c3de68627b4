import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { setting } from '../../shared/aws/config.ts';
import { readEtag, readKey, writeKey } from '../../shared/aws/key-values.ts';
import { partition, runningKey } from '../../shared/ledger/keys.ts';
import type { Stage } from '../support/stage.ts';

/** All that AWS holds of one pilot at one moment, as text: what a deployment in flight goes by. */
export interface Snapshot {
  /** Rows of the table, as JSON. */
  rows: Record<string, unknown>[];
  pointer?: string;
  /** `bucket kind` → key → content in base64, and the version that it had. */
  objects: Record<'manifests' | 'sites', Record<string, { content: string; version: string; etag: string }>>;
}

const dynamo = new DynamoDBClient({});

export async function takeSnapshot(stage: Stage, pilot: string, ids: string[]): Promise<Snapshot> {
  const [own, running] = await Promise.all([rowsOf(partition(pilot, 'production')), rowsOf('RUNNING')]);
  const pointer = await readKey(setting('KVS_ARN'), pilot);
  return {
    rows: [...own, ...running.filter(({ sk }) => ids.includes(String(sk)))],
    ...(pointer !== undefined && { pointer }),
    objects: {
      manifests: await objectsOf(stage, stage.manifests, `pilots/${pilot}/`),
      sites: await objectsOf(stage, stage.sites, `sites/${pilot}/`),
    },
  };
}

/** Puts everything back, in the buckets and the table of this stage, with the versions that S3 gives now. */
export async function putBack(stage: Stage, { rows, pointer, objects }: Snapshot): Promise<void> {
  const now = new Map<string, string>();
  for (const kind of ['manifests', 'sites'] as const)
    for (const [key, { content, version, etag }] of Object.entries(objects[kind])) {
      const put = new PutObjectCommand({ Bucket: stage[kind], Key: key, Body: Buffer.from(content, 'base64') });
      const { VersionId = '', ETag = '' } = await stage.s3.send(put);
      if (version) now.set(version, VersionId);
      if (etag) now.set(etag.replaceAll('"', ''), ETag.replaceAll('"', ''));
    }
  const text = [...now].reduce((json, [before, after]) => json.replaceAll(before, after), JSON.stringify(rows));
  for (const row of JSON.parse(text.replaceAll(MANIFESTS, stage.manifests).replaceAll(SITES, stage.sites)))
    await dynamo.send(new PutItemCommand({ TableName: setting('TABLE'), Item: marshall(row) }));
  if (pointer === undefined) return;
  const store = setting('KVS_ARN');
  const pilot = String(rows.find((row) => row.pilot)?.pilot);
  if (!(await writeKey(store, await readEtag(store), pilot, pointer))) throw new Error('the pointer was not put back');
}

/** Names that stand for this stage's own in a recording. */
const MANIFESTS = 'the-manifests-bucket';
const SITES = 'the-sites-bucket';

export const withoutNames = (stage: Stage, text: string): string =>
  text.replaceAll(stage.manifests, MANIFESTS).replaceAll(stage.sites, SITES);

async function rowsOf(pk: string): Promise<Record<string, unknown>[]> {
  const query = new QueryCommand({
    TableName: setting('TABLE'),
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
    ConsistentRead: true,
  });
  const { Items = [] } = await dynamo.send(query);
  return Items.map((item) => unmarshall(item));
}

async function objectsOf(stage: Stage, Bucket: string, Prefix: string) {
  const { Contents = [] } = await stage.s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  const entries = Contents.map(async ({ Key = '' }) => {
    const { Body, VersionId = '', ETag = '' } = await stage.s3.send(new GetObjectCommand({ Bucket, Key }));
    return [Key, { content: (await Body?.transformToString('base64')) ?? '', version: VersionId, etag: ETag }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

export const isRunning = async (id: string): Promise<boolean> =>
  (await rowsOf('RUNNING')).some(({ sk }) => sk === runningKey(id).sk);
