import { open, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type Loaded, loadManifest, MANIFEST_LIMIT } from '../shared/manifest/load.ts';
import { type Refused, refused } from './result.ts';

/** A manifest on this machine that was read and found right. */
export interface ManifestFile extends Read {
  /** As messages show it: from the current folder. */
  file: string;
  /** The folder that it lies in. */
  folder: string;
  /** Exactly what is uploaded. */
  bytes: Uint8Array;
}

type Read = Extract<Loaded, { ok: true }>;

/**
 * Reads a manifest, or the `pilot.yaml` of a folder, by the same code as Pilotage in AWS.
 * @param env the environment that it is for.
 * @param consequence what to say of the rest when it is refused.
 */
export async function readManifest(
  path: string,
  cwd: string,
  { env, consequence }: { env?: string | undefined; consequence?: string } = {},
): Promise<ManifestFile | Refused> {
  const given = resolve(cwd, path);
  const isFolder = (await stat(given).catch(() => undefined))?.isDirectory() ?? false;
  const place = isFolder ? join(given, 'pilot.yaml') : given;
  const file = shown(place, cwd);

  const bytes = await read(place);
  if (typeof bytes === 'string') return refused(2, unreadable(file, bytes, isFolder));
  const loaded = loadManifest(bytes, file, env);
  if (loaded.ok) return { ...loaded, file, folder: dirname(place), bytes };
  const source = new TextDecoder().decode(bytes);
  return { exit: 2, problems: loaded.problems, source, ...(consequence && { consequence }) };
}

/** At most one byte more than a manifest may have, even of a device that never ends; or the error's code. */
async function read(place: string): Promise<Uint8Array | string> {
  try {
    const handle = await open(place);
    try {
      const bytes = new Uint8Array(MANIFEST_LIMIT + 1);
      let length = 0;
      for (let last = -1; last !== 0 && length < bytes.length; length += last) {
        last = (await handle.read(bytes, length, bytes.length - length)).bytesRead;
      }
      return bytes.subarray(0, length);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

const unreadable = (file: string, code: string, isFolder: boolean) =>
  code === 'ENOENT'
    ? {
        code: 'FILE_MISSING',
        message: isFolder ? 'the folder has no pilot.yaml' : 'there is no such file',
        place: { file },
        hint: 'name a manifest, or a folder with a pilot.yaml in it',
      }
    : { code: 'FILE_UNREADABLE', message: `it cannot be read (${code})`, place: { file } };

/** A path as a person would type it. */
export function shown(path: string, cwd: string): string {
  const near = relative(cwd, path);
  return near.startsWith('..') || near === '' ? path : near;
}
