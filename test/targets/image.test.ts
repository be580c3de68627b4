import { randomUUID } from 'node:crypto';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { checked } from '../../shared/planning/checked.ts';
import { pinned } from '../../shared/targets/image.ts';
import { resolve, SMALL } from '../preview/samples.ts';
import { emulatorUrl } from '../support/emulator.ts';

// Its own in each run: the emulator may be an older one.
const NAME = `acme-shop/web-${randomUUID().slice(0, 8)}`;
const REGISTRY = '000000000000.dkr.ecr.us-east-1.amazonaws.com';
let ecr: ECRClient;

async function push(imageTag: string, layer: string): Promise<string> {
  const imageManifest = JSON.stringify({ schemaVersion: 2, layers: [layer] });
  const { image } = await ecr.send(new PutImageCommand({ repositoryName: NAME, imageManifest, imageTag }));
  return image?.imageId?.imageDigest ?? '';
}

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
    ACCOUNT: '000000000000',
  });
  ecr = new ECRClient();
  await ecr.send(new CreateRepositoryCommand({ repositoryName: NAME }));
});

const textWith = (image: string) => SMALL.ecs.replace('acme/shop:1', image);
const pin = async (image: string) => {
  const found = await pinned(resolve(textWith(image)));
  return 'manifest' in found ? found.manifest.source.image : found.problem;
};

describe('an image', () => {
  it('in ECR is named by the digest that its tag stands for now', async () => {
    const first = await push('1.4', 'one');
    expect(await pin(`${REGISTRY}/${NAME}:1.4`)).toBe(`${REGISTRY}/${NAME}@${first}`);
    const second = await push('1.4', 'two');
    expect(second).not.toBe(first);
    expect(await pin(`${REGISTRY}/${NAME}:1.4`)).toBe(`${REGISTRY}/${NAME}@${second}`);
  });

  it('without a tag is the latest', async () => {
    const digest = await push('latest', 'three');
    expect(await pin(`${REGISTRY}/${NAME}`)).toBe(`${REGISTRY}/${NAME}@${digest}`);
  });

  it.each([
    ['named by its digest', `${REGISTRY}/${NAME}@sha256:${'a'.repeat(64)}`],
    ['in another registry', 'acme/shop:1'],
  ])('that is %s stays as it is', async (_, image) => {
    expect(await pin(image)).toBe(image);
  });

  it.each([
    ['tag', `${REGISTRY}/${NAME}:none`, 'has no image with the tag none'],
    [
      'repository',
      `${REGISTRY}/acme-shop/nowhere:1`,
      'there is no repository acme-shop/nowhere in the account 000000000000, us-east-1',
    ],
  ])('whose %s is not there is told with its place', async (_, image, told) => {
    // With a mode of its own nobody asks for the operator's.
    const text = `${textWith(image)}edge: {mode: vpc-origin}\n`;
    const at = {
      pilot: 'acme-shop',
      environment: 'production',
      bucket: 'manifests',
      key: 'pilots/acme-shop/pilot.yaml',
    };
    const line = text.split('\n').findIndex((one) => one.includes('image:')) + 1;
    expect(await checked(new TextEncoder().encode(text), 'pilot.yaml', at)).toMatchObject({
      ok: false,
      problems: [{ code: 'IMAGE_NOT_FOUND', message: expect.stringContaining(told), place: { line } }],
    });
  });

  it('is not looked for where the manifest is wrong otherwise', async () => {
    const text = `${textWith(`${REGISTRY}/acme-shop/nowhere:1`)}budget: {monthly: 10}\n`;
    const at = { pilot: 'other', environment: 'production', bucket: 'manifests', key: 'pilots/other/pilot.yaml' };
    const found = await checked(new TextEncoder().encode(text), 'pilot.yaml', at);
    expect(JSON.stringify(found)).not.toContain('IMAGE_NOT_FOUND');
  });
});
