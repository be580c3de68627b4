import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putVersion } from '../aws/bundles.ts';
import type { Problem } from '../errors.ts';
import { hostFor } from '../git/connected.ts';
import { type GitHost, HostTrouble } from '../git/host.ts';
import { findConnection } from '../ledger/connections.ts';
import { readArchive, withoutFolder } from './archive.ts';
import { MOST_SOURCE_BYTES } from './limits.ts';
import { checkSource, sourceProblem } from './source-check.ts';
import type { Building } from './wanted.ts';

/** Where a zip of a commit lies, in exactly one version. */
export interface SourceAt {
  bucket: string;
  key: string;
}

/**
 * Fetches a commit from its provider and puts it where CodeBuild reads it, its root the repository’s.
 * @returns the version that S3 gave it, or why it cannot be built.
 * @throws where the provider is busy or cannot be reached: to be tried again.
 */
export async function bringSource(building: Building, at: SourceAt): Promise<{ version: string } | Problem> {
  const { repository, commit } = building;
  const connection = await findConnection(building.connection);
  if (!connection)
    return {
      ...sourceProblem('NOT_CONNECTED', `${repository} is not connected any more`, 'a connected repository'),
      hint: `pilot connect GIT-HOST ${repository}`,
    };
  const zip = await fetched(await hostFor(connection), building);
  if (!Buffer.isBuffer(zip)) return zip;
  const archive = readArchive(zip);
  if (!archive)
    return sourceProblem(
      'SOURCE_UNREADABLE',
      `what the provider sent of ${repository} is no zip`,
      'the zip of a commit',
    );
  const checked = checkSource(archive, commit, repository);
  if ('code' in checked) return checked;
  return { version: await putVersion(at.bucket, at.key, withoutFolder(archive, checked.folder)) };
}

async function fetched(host: GitHost, { repository, commit }: Building): Promise<Buffer | Problem> {
  const file = join(tmpdir(), `source-${commit}.zip`);
  try {
    await host.archive(commit, file, MOST_SOURCE_BYTES);
    return await readFile(file);
  } catch (error) {
    const problem = error instanceof HostTrouble ? problemOf(error, repository, commit) : undefined;
    if (!problem) throw error;
    return problem;
  } finally {
    await rm(file, { force: true });
  }
}

function problemOf({ fault, message }: HostTrouble, repository: string, commit: string): Problem | undefined {
  switch (fault) {
    case 'denied':
      return {
        ...sourceProblem(
          'REPOSITORY_DENIED',
          `the provider does not let Pilotage read ${repository}: ${message}`,
          'a token that may read it',
        ),
        hint: 'renew the token of the connection: pilot connect tells where it lies',
      };
    case 'missing':
      return sourceProblem(
        'COMMIT_UNKNOWN',
        `${repository} has no commit ${commit}, or no longer`,
        'a commit that was pushed',
      );
    case 'too-large':
      return sourceProblem(
        'SOURCE_TOO_LARGE',
        `the zip of ${repository} is too large`,
        `at most ${MOST_SOURCE_BYTES / 1024 ** 2} MiB`,
      );
    default:
      return undefined;
  }
}
