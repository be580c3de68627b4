import type { StoredImage } from '../../shared/aws/stored-images.ts';
import { oldImages, UNUSED_DAYS } from '../../shared/building/old-images.ts';
import { imageAt } from '../../shared/building/places.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);
const attempt = { key: 'b'.repeat(64), attempt: 12, by: 'a deployment', at: '2026-11-01T00:00:00Z' };

let tag: string;
beforeAll(() => {
  Object.assign(process.env, { ACCOUNT: '123456789012', AWS_REGION: 'eu-central-1' });
  const building = {
    repository: 'github.com/acme/shop',
    connection: 'c',
    commit: 'a'.repeat(40),
    as: 'image' as const,
  };
  ({ tag } = imageAt({ pilot: 'acme', environment: 'production' }, attempt, building));
});

/** Of another build that made the same. */
const ANOTHER = `${'0'.repeat(12)}-${'0'.repeat(12)}-1-${'0'.repeat(8)}`;

const digest = `sha256:${'1'.repeat(64)}`;
const image = (more: Partial<StoredImage> = {}): StoredImage => ({
  ...{ digest, tags: [tag], pushedAt: daysAgo(UNUSED_DAYS + 1) },
  ...more,
});

describe('images that nobody needs any more', () => {
  it('are those that a build pushed long ago', () => {
    expect(oldImages([image()], [], NOW)).toEqual([digest]);
  });

  it.each([
    ['a release has', {}, [JSON.stringify({ detail: { code: { image: `registry/acme@${digest}` } } })]],
    ['was pushed lately', { pushedAt: daysAgo(UNUSED_DAYS - 1) }, []],
    ['has no tag', { tags: [] }, []],
    ['has a tag of somebody’s own', { tags: [ANOTHER, 'v1'] }, []],
  ])('are not one that %s', (_, more, needed) => {
    expect(oldImages([image(more)], needed, NOW)).toEqual([]);
  });
});
