import { base64Crc, copyObject, type NewObject, putObject } from '../../aws/object-writes.ts';
import { headObject, type PinnedObject } from '../../aws/objects.ts';
import { contentOf, openRange, streamOf } from './extract.ts';
import type { SourceFile } from './files.ts';
import { cacheControl, contentType } from './headers.ts';
import { releasePrefix, sharedPrefix } from './layout.ts';
import { inParallel } from './parallel.ts';
import { isLarge, LONGEST, type Range, rangesFor } from './ranges.ts';

/** Where a release's files are stored. */
export interface Store {
  bucket: string;
  site: string;
  release: string;
}

/** Ranges of the zip that are held at a time, and files that are stored at a time from each. */
const RANGES = 2;
const PUTS = 8;
const COPIES = 32;

/**
 * Reads files' contents from the artifact and stores them.
 * @returns those whose name is taken in the shared area by another content.
 */
export async function upload(store: Store, artifact: PinnedObject, files: SourceFile[]): Promise<SourceFile[]> {
  const taken: SourceFile[] = [];
  const keep = async (file: SourceFile, content: NewObject['content']) => {
    if (!(await put(store, file, content))) taken.push(file);
  };
  const idle: Buffer[] = [];
  await inParallel(rangesFor(files), RANGES, async (range) => {
    const [first] = range.files;
    if (first && isLarge(first)) {
      await keep(first, async () => streamOf(artifact, first.entry, range.end));
      return;
    }
    // Memory is used again: the collector would let a hundred megabytes of it pile up.
    const space = idle.pop() ?? Buffer.allocUnsafeSlow(LONGEST);
    const bytes = await readInto(space, artifact, range);
    await inParallel(range.files, PUTS, async (file) => {
      const content = contentOf(file.entry, bytes, range.start);
      await keep(file, () => content);
    });
    idle.push(space);
  });
  return taken;
}

/**
 * Copies files from the release before.
 * @returns those that are no longer there.
 */
export async function copy(store: Store, from: string, files: SourceFile[]): Promise<SourceFile[]> {
  const absent: SourceFile[] = [];
  const source = releasePrefix(store.site, from);
  await inParallel(files, COPIES, async (file) => {
    const copied = await copyObject(store.bucket, source + file.path, keyOf(store, file));
    if (copied === 'absent') absent.push(file);
  });
  return absent;
}

/** Those of the files whose name is taken in the shared area by another content, told without sending any. */
export async function othersIn(store: Store, files: SourceFile[]): Promise<SourceFile[]> {
  const others: SourceFile[] = [];
  await inParallel(files, COPIES, async (file) => {
    if (!(await isSame(store, file))) others.push(file);
  });
  return others;
}

async function put(store: Store, file: SourceFile, content: NewObject['content']): Promise<boolean> {
  const answer = await putObject(store.bucket, {
    key: keyOf(store, file),
    size: file.size,
    crc: file.crc,
    type: contentType(file.path),
    cacheControl: cacheControl(file),
    content,
    onlyIfAbsent: file.area === 'shared',
  });
  return answer === 'stored' || isSame(store, file);
}

/** Whether the file's name is taken by just this content. */
async function isSame(store: Store, file: SourceFile): Promise<boolean> {
  const head = await headObject(store.bucket, keyOf(store, file));
  return head?.size === file.size && head.crc === base64Crc(file.crc);
}

const keyOf = ({ site, release }: Store, { area, path }: SourceFile) =>
  (area === 'shared' ? sharedPrefix(site) : releasePrefix(site, release)) + path;

async function readInto(space: Buffer, artifact: PinnedObject, { start, end }: Range): Promise<Buffer> {
  let filled = 0;
  for await (const chunk of await openRange(artifact, start, end)) {
    space.set(chunk, filled);
    filled += chunk.length;
  }
  return space.subarray(0, filled);
}
