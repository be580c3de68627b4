import type { StoredImage } from '../aws/stored-images.ts';

/** So long an image stays that no release has: until then a retry finds it. */
export const UNUSED_DAYS = 14;

/** As builds tag what they push (places.ts). */
const BUILT = /^[0-9a-f]{12}-[0-9a-f]{12}-\d+-[0-9a-f]{8}$/;

/**
 * Images that nobody needs any more: builds made them some time ago, and nothing says their digest. One that has a tag of
 * somebody’s own is not Pilotage’s to remove, nor one without a tag, which may be part of another one.
 * @param needed what may name them: plans of the releases that are kept, addresses of images.
 * @returns their digests.
 */
export function oldImages(images: readonly StoredImage[], needed: readonly string[], now: Date): string[] {
  const since = now.getTime() - UNUSED_DAYS * 86_400_000;
  return images
    .filter(
      ({ tags, pushedAt }) => pushedAt.getTime() < since && tags.length > 0 && tags.every((tag) => BUILT.test(tag)),
    )
    .map(({ digest }) => digest)
    .filter((digest) => !needed.some((text) => text.includes(digest)));
}
