import type { Problem } from '../errors.ts';
import { type Archive, type ArchiveEntry, contentOf } from './archive.ts';
import { MOST_SOURCE_FILES, MOST_UNPACKED_BYTES } from './limits.ts';

/** Bytes of a `.gitattributes` that are read; nobody writes a longer one. */
const MOST_ATTRIBUTES = 1024 ** 2;

/**
 * Judges a commit as its provider packed it.
 * @returns the one folder that everything lies in, or why it cannot be built.
 */
export function checkSource(archive: Archive, commit: string, repository: string): { folder: string } | Problem {
  const { entries, comment } = archive;
  const folder = entries[0]?.path.split('/')[0] ?? '';
  if (folder === '' || entries.some(({ path }) => !isBelow(path, folder)))
    return sourceProblem(
      'SOURCE_UNREADABLE',
      `the zip of ${repository} is not as providers pack a commit`,
      'everything in one folder',
    );
  if (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(comment) && comment !== commit)
    return sourceProblem(
      'SOURCE_OTHER_COMMIT',
      `the provider sent ${comment} where ${commit} was asked for`,
      `the code at ${commit}`,
    );
  if (entries.length > MOST_SOURCE_FILES)
    return sourceProblem(
      'SOURCE_TOO_LARGE',
      `${repository} has ${entries.length} files at that commit`,
      `at most ${MOST_SOURCE_FILES}`,
    );
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (bytes > MOST_UNPACKED_BYTES)
    return sourceProblem(
      'SOURCE_TOO_LARGE',
      `the files of ${repository} have ${bytes} bytes`,
      `at most ${MOST_UNPACKED_BYTES}`,
    );
  return handledByGit(entries, folder) ?? { folder };
}

/** What only `git clone` would fetch: the provider’s zip of a commit has not got it. */
function handledByGit(entries: ArchiveEntry[], folder: string): Problem | undefined {
  if (entries.some(({ path, size }) => path === `${folder}/.gitmodules` && size > 0))
    return {
      ...sourceProblem(
        'SUBMODULES',
        'the repository has submodules (.gitmodules), which are not fetched',
        'a repository without submodules',
      ),
      hint: 'copy their code into the repository (git subtree add), or install it as a package while building',
    };
  const attributes = entries.filter(({ path, size }) => path.endsWith('/.gitattributes') && size <= MOST_ATTRIBUTES);
  const large = attributes.find((entry) => /^[^#\n]*\sfilter=lfs\b/m.test(contentOf(entry).toString('utf8')));
  return (
    large && {
      ...sourceProblem(
        'GIT_LFS',
        `${large.path.slice(folder.length + 1)} keeps files in Git LFS, which are not fetched`,
        'a repository without Git LFS',
      ),
      hint: 'keep those files in the repository itself (git lfs migrate export), or fetch them while building',
    }
  );
}

/** Neither beside the folder nor out of it. */
const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(`${folder}/`) &&
  !path.includes('\\') &&
  !path.split('/').some((part) => part === '..' || part === '.');

export const sourceProblem = (code: string, message: string, expected: string): Problem => ({
  code,
  message,
  expected,
});
