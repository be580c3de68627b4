import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Problem } from '../../shared/errors.ts';
import type { Resolved } from '../../shared/manifest/complete.ts';
import type { Known } from '../../shared/preview/known.ts';
import type { StackPreview } from '../../shared/preview/stack.ts';
import type { Io } from '../io.ts';
import { type ManifestFile, readManifest, shown } from '../manifest-file.ts';
import type { Options } from '../options.ts';
import { isRefused, type Refused, refused } from '../result.ts';
import { readResolved } from './live.ts';

/** What is known of the pilot as it is now; all absent where nobody was asked. */
export interface Gathered extends Partial<Known> {
  /** Why a deployment of it would be refused. */
  problems?: Problem[];
  /** What would change in the stack that there is. */
  stack?: StackPreview;
  /** How CloudFront would be let in, where the operator has a say in it. */
  edge?: Resolved['edge'];
}

export interface Sources extends Options {
  /** Pilotage is asked. */
  live?: boolean;
  /** A manifest, or a complete one as JSON, that stands for the live one. */
  against?: string;
}

/** Finds out what a plan is compared with. */
export async function gather(read: ManifestFile, options: Sources, io: Io): Promise<Gathered | Refused> {
  const { manifest } = read;
  const { env, live, against } = options;
  if (live) return (await import('./ask.ts')).askPilotage(read, options, io);
  if (against === undefined) return {};
  const found = await readLive(against, env, io);
  if (isRefused(found)) return found;
  if (found.name === manifest.name) return { live: found };
  return refused(2, {
    code: 'LIVE_OTHER_PILOT',
    message: `${against} is of the pilot ${found.name}, not of ${manifest.name}`,
    hint: `name a manifest of ${manifest.name} to compare with`,
  });
}

async function readLive(path: string, env: string | undefined, io: Io): Promise<Resolved | Refused> {
  const place = resolve(io.cwd, path);
  const text = await readFile(place, 'utf8').catch(() => '');
  const complete = readResolved(text, shown(place, io.cwd));
  if (Array.isArray(complete)) return refused(2, ...complete);
  if (complete) return complete;
  const read = await readManifest(path, io.cwd, { env });
  return isRefused(read) ? read : read.manifest;
}
