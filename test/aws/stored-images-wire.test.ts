import { removeUntagged } from '../../shared/aws/repositories.ts';
import { listImages, removeImages } from '../../shared/aws/stored-images.ts';
import { type Said, serveWire } from '../support/wire.ts';

let end: () => Promise<void>;
let asked: Record<string, unknown>[];
let answers: Said[];
beforeAll(async () => {
  end = await serveWire((body) => {
    asked.push(JSON.parse(body));
    return answers.shift() ?? { body: '{}' };
  });
});
afterAll(() => end());
beforeEach(() => {
  [asked, answers] = [[], []];
});

const say = (answer: object, status = 200): Said => ({ status, body: JSON.stringify(answer) });
const digestOf = (n: number) => `sha256:${String(n).padStart(64, '0')}`;

describe('images in a repository', () => {
  it('are read page by page', async () => {
    const image = (n: number) => ({ imageDigest: digestOf(n), imageTags: [`t${n}`], imagePushedAt: 1_700_000_000 + n });
    answers = [say({ imageDetails: [image(1)], nextToken: 'more' }), say({ imageDetails: [image(2)] })];
    expect(await listImages('pilots/acme/production')).toEqual(
      [1, 2].map((n) => ({ digest: digestOf(n), tags: [`t${n}`], pushedAt: new Date((1_700_000_000 + n) * 1000) })),
    );
    expect(asked).toEqual([
      { repositoryName: 'pilots/acme/production', maxResults: 1000 },
      { repositoryName: 'pilots/acme/production', maxResults: 1000, nextToken: 'more' },
    ]);
  });

  it('are none where there is no repository', async () => {
    answers = [say({ __type: 'RepositoryNotFoundException' }, 400)];
    expect(await listImages('pilots/acme/production')).toEqual([]);
  });

  it('are removed by digest, a hundred at once; those that are gone or parts of others are not counted', async () => {
    const digests = Array.from({ length: 101 }, (_, n) => digestOf(n));
    const gone = (digest: string) => ['a', 'b'].map((imageTag) => ({ imageDigest: digest, imageTag }));
    const failures = [
      { imageId: { imageDigest: digestOf(1) }, failureCode: 'ImageNotFound' },
      { imageId: { imageDigest: digestOf(2) }, failureCode: 'ImageReferencedByManifestList' },
    ];
    answers = [say({ imageIds: gone(digestOf(0)), failures }), say({ imageIds: gone(digestOf(100)) })];
    expect(await removeImages('pilots/acme/production', digests)).toBe(2);
    expect(asked.map(({ imageIds }) => (imageIds as object[]).length)).toEqual([100, 1]);
    expect(asked[1]).toEqual({ repositoryName: 'pilots/acme/production', imageIds: [{ imageDigest: digestOf(100) }] });
  });

  it('are removed by ECR itself only where they have no tag', async () => {
    await removeUntagged('pilots/acme/production', 14);
    expect(asked).toEqual([{ repositoryName: 'pilots/acme/production', lifecyclePolicyText: expect.any(String) }]);
    const { rules } = JSON.parse(String(asked[0]?.lifecyclePolicyText));
    expect(rules).toEqual([
      {
        rulePriority: 1,
        description: expect.any(String),
        selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
        action: { type: 'expire' },
      },
    ]);
  });
});
