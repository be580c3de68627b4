import { git } from '../command.ts';

export interface ChangedFile {
  sha: string;
  filename: string;
  status: string;
  additions: number;
  deletions: number;
  changes: number;
  blob_url: string;
  raw_url: string;
  contents_url: string;
  previous_filename?: string;
}

const STATUS: Record<string, string> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  T: 'changed',
  R: 'renamed',
  C: 'copied',
};

/** The files that differ between two trees, as GitHub lists them. */
export async function changedFiles(
  folder: string,
  from: string,
  to: string,
  api: string,
  site: string,
): Promise<ChangedFile[]> {
  const diff = (form: string) => git(folder, ['diff-tree', '-r', '-z', '-M', form, from, to]);
  const lines = countsOf((await diff('--numstat')).toString());
  const words = (await diff('--raw')).toString().split('\0');
  const files: ChangedFile[] = [];
  while (words[0]) {
    const [, , old = '', now = '', letter = ''] = (words.shift() ?? '').split(' ');
    const first = words.shift() ?? '';
    const previous = /^[RC]/.test(letter) ? first : undefined;
    const filename = previous === undefined ? first : (words.shift() ?? '');
    const { additions = 0, deletions = 0 } = lines.get(filename) ?? {};
    const path = filename.split('/').map(encodeURIComponent).join('/');
    files.push({
      ...{ sha: letter === 'D' ? old : now, filename, status: STATUS[letter.charAt(0)] ?? 'changed' },
      ...{ additions, deletions, changes: additions + deletions, blob_url: `${site}/blob/${to}/${path}` },
      ...{ raw_url: `${site}/raw/${to}/${path}`, contents_url: `${api}/contents/${path}?ref=${to}` },
      ...(previous !== undefined && { previous_filename: previous }),
    });
  }
  return files;
}

function countsOf(printed: string): Map<string, { additions: number; deletions: number }> {
  const words = printed.split('\0');
  const counts = new Map<string, { additions: number; deletions: number }>();
  while (words[0]) {
    const [added, removed, path = ''] = (words.shift() ?? '').split('\t');
    // A renamed file is written as nothing, its old name and its new one.
    const name = path || (words.splice(0, 2)[1] ?? '');
    counts.set(name, { additions: Number(added) || 0, deletions: Number(removed) || 0 });
  }
  return counts;
}
