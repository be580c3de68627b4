import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import {
  CreateBucketCommand,
  GetObjectCommand,
  NoSuchKey,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { load } from 'js-yaml';
import { readUrl } from '../../../shared/aws/function-front.ts';
import { POINTER } from '../../../shared/targets/lambda/detail.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { deployed, makeBucket, requestOf, STACK, s3Of, until, useEmulator } from './world.ts';

useEmulator();
beforeAll(makeBucket);

const root = join(__dirname, '../../../examples/lambda');

/** An example's manifest, without what is the request's own. */
function manifestIn(folder: string) {
  const {
    name,
    source: _,
    ...more
  } = load(readFileSync(join(root, folder, 'pilot.yaml'), 'utf8')) as { name: string } & Record<string, unknown>;
  return { name, more };
}

const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(root, folder, 'function')).map((name) => [
      name,
      readFileSync(join(root, folder, 'function', name), 'utf8'),
    ]),
  );

/** What a visitor gets at the pilot's own address. */
async function visit(name: string, path: string) {
  const found = await readUrl(`${name}-production`, POINTER);
  const [id] = new URL(found?.url ?? '').hostname.split('.');
  const response = await fetch(`${emulatorUrl()}/_aws/lambda-url/${id}${path}`);
  return { status: response.status, text: await response.text() };
}

describe('the example that answers requests', () => {
  it('goes from one version to the next at the same address', async () => {
    for (const [index, version] of ['v1', 'v2'].entries()) {
      const { name, more } = manifestIn(version);
      await deployed(await requestOf(name, filesIn(version), more), index + 1);
      const page = await visit(name, '/');
      expect(page).toMatchObject({ status: 200, text: expect.stringContaining(`content="${version}"`) });
    }
    expect(JSON.parse((await visit('acme-hours', '/hours.json')).text)).toMatchObject({ opens: 8, closes: 20 });
    expect(await visit('acme-hours', '/nothing')).toMatchObject({ status: 404 });
  });
});

describe('the example of the image flow', () => {
  /** As Lambda's runtime has it, which brings the SDK. */
  async function withSdk(): Promise<Record<string, string>> {
    const { outputFiles } = await build({
      entryPoints: [join(root, 'images/function/index.mjs')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
      logLevel: 'error',
    });
    return { 'index.js': outputFiles[0]?.text ?? '' };
  }

  it('puts a smaller image where it says, for each one that is uploaded', async () => {
    const s3 = s3Of();
    const Bucket = STACK.Uploads;
    await s3.send(new CreateBucketCommand({ Bucket }));
    const NotificationConfiguration = { EventBridgeConfiguration: {} };
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    const { name, more } = manifestIn('images');
    await deployed(await requestOf(name, await withSdk(), more), 1);

    await s3.send(new PutObjectCommand({ Bucket, Key: 'uploads/hills.png', Body: png(800, 400) }));
    const small = await until(() =>
      s3.send(new GetObjectCommand({ Bucket, Key: 'results/hills.png' })).catch((error) => {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }),
    );
    const bytes = Buffer.from((await small.Body?.transformToByteArray()) ?? []);
    expect(small.ContentType).toBe('image/png');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([320, 160]);
  });
});

/** A red image, its rows predicted from those above. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const first = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from([200, 20, 20]))]);
  const same = Buffer.concat([Buffer.from([2]), Buffer.alloc(width * 3)]);
  const rows = Buffer.concat([first, ...Array.from({ length: height - 1 }, () => same)]);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
