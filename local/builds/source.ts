import { createWriteStream } from 'node:fs';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Entry, fromBufferPromise } from 'yauzl';

const KIND = 0o170000;
const LINK = 0o120000;

/** Where something lies in S3, from `bucket/key` or its ARN. */
export function placeIn(location: string): { Bucket: string; Key: string } {
  const path = location.replace(/^arn:aws:s3:::/, '');
  const slash = path.indexOf('/');
  return slash < 0 ? { Bucket: path, Key: '' } : { Bucket: path.slice(0, slash), Key: path.slice(slash + 1) };
}

/**
 * Fetches a zip, of one version where one is named, and puts its files into a folder, with their modes and links.
 * @throws what S3 answered, or what is wrong with the zip.
 */
export async function unpack(s3: S3Client, location: string, version: string | undefined, into: string): Promise<void> {
  const asked = { ...placeIn(location), ...(version && { VersionId: version }) };
  const { Body } = await s3.send(new GetObjectCommand(asked));
  const zip = await fromBufferPromise(Buffer.from((await Body?.transformToByteArray()) ?? []), {});
  const links: { path: string; to: string }[] = [];
  // Names that lead out of the folder are refused by the reader.
  for await (const entry of zip.eachEntry()) {
    const path = join(into, entry.fileName);
    if (entry.fileName.endsWith('/')) {
      await mkdir(path, { recursive: true });
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    const content = await zip.openReadStreamPromise(entry, {});
    const mode = modeOf(entry);
    if ((mode & KIND) === LINK) {
      links.push({ path, to: await text(content) });
      continue;
    }
    await pipeline(content, createWriteStream(path));
    if (mode & 0o111) await chmod(path, 0o755);
  }
  // Last, so that no file is written through one.
  for (const { path, to } of links) await symlink(to, path);
}

const modeOf = ({ externalFileAttributes }: Entry): number => externalFileAttributes >>> 16;
