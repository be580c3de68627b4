import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../shared/errors.ts';
import type { ManifestFile } from './manifest-file.ts';

/** Where a pilot's artifact is before it is uploaded. */
export type Artifact =
  | { kind: 'remote'; url: string }
  | { kind: 'zip'; path: string /** A folder of the same name lies beside it. */; beside?: string }
  | { kind: 'folder'; path: string };

/**
 * Finds what `source.artifact` names: `site.zip` beside the manifest, else the
 * folder `site/` beside it, which is zipped. An artifact in S3 stays where it is.
 */
export async function findArtifact(artifact: string, { folder, placeOf }: ManifestFile): Promise<Artifact | Problem> {
  if (artifact.startsWith('s3://')) return { kind: 'remote', url: artifact };
  const path = join(folder, artifact);
  const unzipped = artifact.endsWith('.zip') ? path.slice(0, -'.zip'.length) : undefined;
  const isFolder = unzipped !== undefined && ((await lstat(unzipped).catch(() => undefined))?.isDirectory() ?? false);

  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return { kind: 'zip', path, ...(isFolder && { beside: unzipped }) };
  if (isFolder) return { kind: 'folder', path: unzipped };
  return {
    code: 'ARTIFACT_MISSING',
    message: `the artifact ${artifact} is not there`,
    expected: unzipped
      ? `the file ${artifact} or the folder ${artifact.slice(0, -'.zip'.length)}/ beside the manifest`
      : `the file ${artifact} beside the manifest`,
    place: placeOf(['source', 'artifact']),
    hint: 'build the pilot first, or correct source.artifact',
  };
}
