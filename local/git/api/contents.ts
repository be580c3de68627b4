import { git } from '../command.ts';
import { commitNamed } from '../refs.ts';
import { defaultBranchOf, fullNameOf } from '../repository.ts';
import { type Answer, type Call, notFound, Refused, type Route } from './answer.ts';

const MEBIBYTE = 1024 * 1024;

interface Entry {
  mode: string;
  type: string;
  sha: string;
  size: number;
  path: string;
}

/**
 * A file or a folder at a commit. Larger files come raw only, the largest not at all.
 * https://docs.github.com/en/rest/repos/contents#get-repository-content
 */
async function contents(call: Call): Promise<Answer> {
  const { folder } = call.repository;
  const name = call.query.get('ref') ?? (await defaultBranchOf(call.repository));
  const commit = await commitNamed(folder, name);
  if (!commit) throw new Refused(404, `No commit found for the ref ${name}`);
  const path = (call.params.path ?? '').replace(/\/$/, '');
  const [entry, ...others] = path ? await entriesOf(folder, commit, path) : [];
  const isFile = entry && !others.length && entry.path === path && entry.type !== 'tree';
  const show = (one: Entry) => shown(call, one, name);
  if (!isFile) {
    const inside = await entriesOf(folder, commit, path ? `${path}/` : '');
    if (!inside.length) throw notFound();
    return { status: 200, body: inside.map(show) };
  }
  if (entry.type === 'commit') return { status: 200, body: { ...show(entry), submodule_git_url: null } };
  if (entry.size > 100 * MEBIBYTE) throw new Refused(403, 'This API returns blobs up to 100 MB in size.');
  const bytes = await git(folder, ['cat-file', 'blob', entry.sha]);
  if (call.accept.includes('.raw'))
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' }, body: bytes };
  if (entry.mode === '120000') return { status: 200, body: { ...show(entry), target: bytes.toString() } };
  const isSmall = entry.size <= MEBIBYTE;
  const content = isSmall ? bytes.toString('base64').replace(/.{60}/g, '$&\n') : '';
  return { status: 200, body: { ...show(entry), content, encoding: isSmall ? 'base64' : 'none' } };
}

async function entriesOf(folder: string, commit: string, path: string): Promise<Entry[]> {
  const listed = await git(folder, [
    '--literal-pathspecs',
    'ls-tree',
    '-z',
    '--long',
    commit,
    '--',
    ...(path ? [path] : []),
  ]);
  return listed
    .toString()
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [mode = '', type = '', sha = '', size = ''] = line.slice(0, line.indexOf('\t')).split(/ +/);
      return { mode, type, sha, size: Number(size) || 0, path: line.slice(line.indexOf('\t') + 1) };
    });
}

function shown({ forge, repository }: Call, { mode, type, sha, size, path }: Entry, ref: string) {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const api = `${forge.addresses.api}/repos/${fullNameOf(repository)}`;
  const site = `${forge.addresses.site}/${fullNameOf(repository)}`;
  const isFolder = type === 'tree';
  const kind = isFolder ? 'dir' : type === 'commit' ? 'submodule' : mode === '120000' ? 'symlink' : 'file';
  const links = {
    self: `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`,
    git: `${api}/git/${isFolder ? 'trees' : 'blobs'}/${sha}`,
    html: `${site}/${isFolder ? 'tree' : 'blob'}/${ref}/${encoded}`,
  };
  return {
    ...{ name: path.slice(path.lastIndexOf('/') + 1), path, sha, size, url: links.self, html_url: links.html },
    ...{ git_url: links.git, download_url: kind === 'file' ? `${site}/raw/${ref}/${encoded}` : null, type: kind },
    _links: links,
  };
}

export const CONTENTS: Route[] = [
  { method: 'GET', path: '/contents/?', carryOut: contents },
  { method: 'GET', path: '/contents/*path', carryOut: contents },
];
