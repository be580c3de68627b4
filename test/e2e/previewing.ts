import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { ToConnect } from '../../local/connect.ts';
import type { PreviewView } from '../../shared/api.ts';
import { eventually } from './installation.ts';
import { installWithGit } from './pushing.ts';

/** Pilotage as it is installed, with a repository whose pull requests have previews. */
export async function installWithPulls({ name, pilot }: ToConnect) {
  const pilotage = await installWithGit({ name, pilot });
  const { git, environment, repository } = pilotage;
  const { emulator, outputs } = environment;
  const { url: endpoint, region, credentials } = emulator;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const table = new DynamoDBClient({ endpoint, region, credentials });
  const TableName = outputs.Table ?? '';

  const commentOn = (number: number) =>
    git
      .told(name)
      .comments.filter(({ on, body }) => 'pull' in on && on.pull === number && body.includes('pilotage:preview:'));
  const keysBelow = async (Bucket: string | undefined, Prefix: string) =>
    ((await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(({ Key = '' }) => Key);

  return {
    ...pilotage,

    /** Commits to a branch of its own, pushes it, and opens a pull request of it. */
    async open(branch: string, change: Record<string, string | undefined>) {
      await pilotage.copy.branch(branch);
      const commit = await pilotage.push(change);
      const { number } = await git.openPull(name, { head: branch });
      return { number, commit };
    },

    /** The comment on a pull request about its preview, once it says so. */
    said: (number: number, words: string): Promise<string> =>
      eventually(
        async () => commentOn(number).find(({ body }) => body.includes(words))?.body,
        `pull request ${number} was not told: ${words}; but ${JSON.stringify(commentOn(number))}`,
      ),
    comments: (number: number) => commentOn(number).length,

    async previews(): Promise<PreviewView[]> {
      return (await pilotage.ask({ action: 'previews' })).previews;
    },
    /** That of a pull request, once it has its place. */
    preview: (number: number): Promise<PreviewView> =>
      eventually(
        async () => (await pilotage.ask({ action: 'previews' })).previews.find((one) => one.number === number),
        `pull request ${number} got no place`,
      ),
    /** Waits until nobody has a place but these pull requests. */
    onlyOf: (...numbers: number[]) =>
      eventually(async () => {
        const now = (await pilotage.ask({ action: 'previews' })).previews.map(({ number }) => number).sort();
        return now.join() === numbers.join() || undefined;
      }, `not only pull requests ${numbers} have a place`),

    keep: () => pilotage.invoke(outputs.KeepPreviewsFunction ?? '', {}),

    /** What the operator's file says of previews. */
    limit: (previews: object) =>
      s3.send(
        new PutObjectCommand({
          Bucket: outputs.ManifestsBucket,
          Key: 'operator.yaml',
          Body: JSON.stringify({
            apiVersion: 'pilotage/v1',
            previews,
            pilots: { [pilot]: { repositories: [repository] } },
          }),
        }),
      ),

    /** Has the time of a preview be over. */
    expire: (environmentName: string) =>
      table.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: 'PREVIEWS' }, sk: { S: `${pilot}#${environmentName}` } },
          UpdateExpression: 'SET #until = :now',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: { ':now': { S: new Date().toISOString() } },
        }),
      ),

    /** All that is left of an environment in S3 and in the ledger, without the history of its deployments. */
    async leftOf(environmentName: string): Promise<string[]> {
      const folders = ['builds', 'pushes'].map((folder) => `${folder}/${pilot}/${environmentName}/`);
      const objects = await Promise.all([
        keysBelow(outputs.SiteBucket, `sites/${pilot}--${environmentName}/`),
        ...folders.map((folder) => keysBelow(outputs.ManifestsBucket, folder)),
      ]);
      const { Items = [] } = await table.send(new ScanCommand({ TableName }));
      const rows = Items.map((item) => unmarshall(item)).flatMap(({ pk, sk }) =>
        `${pk} ${sk}`.includes(`${pilot}#${environmentName}`) ? `${pk} ${sk}` : [],
      );
      const STAYS = / (?:DEPLOYMENT#|LOCK$)/;
      return [...objects.flat(), ...rows.filter((row) => !STAYS.test(row))];
    },
  };
}

export type WithPulls = Awaited<ReturnType<typeof installWithPulls>>;
