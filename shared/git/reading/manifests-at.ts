import { type Connection, MOST_PILOTS } from '../../ledger/connections.ts';
import { MANIFEST_LIMIT } from '../../manifest/load.ts';
import { inParallel } from '../../targets/static/parallel.ts';
import { type GitHost, HostTrouble } from '../host.ts';
import { type ManifestRead, readManifest } from './environments.ts';

/** A pilot of a repository, and its manifest as the commit has it. */
export interface AtCommit {
  pilot: string;
  manifest: string;
  bytes: Uint8Array | undefined;
  read: ManifestRead;
}

/** Calls to a provider at once. */
const AT_ONCE = 4;

/** The manifests of a connection’s pilots at a commit. */
export async function manifestsAt(host: GitHost, { pilots }: Connection, commit: string): Promise<AtCommit[]> {
  const found: AtCommit[] = [];
  const places = pilots.slice(0, MOST_PILOTS).map((place, at) => ({ ...place, at }));
  await inParallel(places, AT_ONCE, async ({ pilot, manifest, at }) => {
    const bytes = await fileAt(host, commit, manifest);
    found[at] = { pilot, manifest, bytes, read: readManifest(bytes, manifest, pilot) };
  });
  return found;
}

/** What is too large to be fetched is too large for a manifest: it is read as such, and the other pilots' are read. */
async function fileAt(host: GitHost, commit: string, path: string): Promise<Uint8Array | undefined> {
  try {
    return await host.fileAt(commit, path);
  } catch (error) {
    if (error instanceof HostTrouble && error.fault === 'too-large') return new Uint8Array(MANIFEST_LIMIT + 1);
    throw error;
  }
}
