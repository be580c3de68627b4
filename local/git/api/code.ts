import { git, gitLine } from '../command.ts';
import { type Commit, commitOf, commitsOf } from '../commits.ts';
import { repositoryOf } from '../payloads/repository.ts';
import { commitNamed, refsOf } from '../refs.ts';
import { fullNameOf } from '../repository.ts';
import { type Answer, type Call, notFound, Refused, type Route } from './answer.ts';
import { changedFiles } from './changed-files.ts';

const apiOf = ({ forge, repository }: Call): string => `${forge.addresses.api}/repos/${fullNameOf(repository)}`;
const siteOf = ({ forge, repository }: Call): string => `${forge.addresses.site}/${fullNameOf(repository)}`;

/** Beyond so many files a comparison names no more. */
const MOST_FILES = 300;

/** https://docs.github.com/en/rest/git/refs#get-a-reference */
async function ref(call: Call): Promise<Answer> {
  const name = `refs/${call.params.ref}`;
  const { folder } = call.repository;
  const sha = await gitLine(folder, ['show-ref', '--verify', '--hash', name]);
  if (!sha) throw (await refsOf(folder)).size ? notFound() : new Refused(409, 'Git Repository is empty.');
  const type = (await git(folder, ['cat-file', '-t', sha])).toString().trim();
  const object = { sha, type, url: `${apiOf(call)}/git/${type}s/${sha}` };
  return { status: 200, body: { ref: name, node_id: `REF_${sha}`, url: `${apiOf(call)}/git/${name}`, object } };
}

/** https://docs.github.com/en/rest/git/refs#list-matching-references */
async function matchingRefs(call: Call): Promise<Answer> {
  const { folder } = call.repository;
  const listed = await git(folder, ['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)']);
  const refs = listed
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '));
  const fitting = refs.filter(([, , name]) => name?.startsWith(`refs/${call.params.ref}`));
  return {
    status: 200,
    body: fitting.map(([sha, type, name]) => ({
      ...{ ref: name, node_id: `REF_${sha}`, url: `${apiOf(call)}/git/${name}` },
      object: { sha, type, url: `${apiOf(call)}/git/${type}s/${sha}` },
    })),
  };
}

/** An annotated tag. https://docs.github.com/en/rest/git/tags#get-a-tag */
async function tag(call: Call): Promise<Answer> {
  const sha = call.params.sha ?? '';
  const printed = /^[0-9a-f]{40}$/.test(sha) && (await gitLine(call.repository.folder, ['cat-file', 'tag', sha]));
  if (!printed) throw notFound();
  const [head = '', ...message] = printed.split('\n\n');
  const field = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(head)?.[1] ?? '';
  const [, name = '', email = '', seconds = '0'] = /^(.*) <(.*)> (\d+)/.exec(field('tagger')) ?? [];
  const [object, type] = [field('object'), field('type')];
  return {
    status: 200,
    body: {
      ...{ node_id: `TA_${sha}`, sha, url: `${apiOf(call)}/git/tags/${sha}`, tag: field('tag') },
      ...{
        message: message.join('\n\n'),
        tagger: { name, email, date: new Date(Number(seconds) * 1_000).toISOString() },
      },
      object: { sha: object, type, url: `${apiOf(call)}/git/${type}s/${object}` },
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null },
    },
  };
}

export async function commitAsked({ repository, params }: Call): Promise<string> {
  const name = params.ref ?? '';
  const found = await commitNamed(repository.folder, name);
  if (!found) throw new Refused(422, `No commit found for SHA: ${name}`);
  return found;
}

function commitShown(call: Call, commit: Commit) {
  const url = `${apiOf(call)}/commits/${commit.id}`;
  const html = `${siteOf(call)}/commit/${commit.id}`;
  return {
    ...{ sha: commit.id, node_id: `C_${commit.id}`, url, html_url: html, comments_url: `${url}/comments` },
    commit: {
      ...{ author: commit.author, committer: commit.committer, message: commit.message },
      tree: { sha: commit.tree, url: `${apiOf(call)}/git/trees/${commit.tree}` },
      ...{ url: `${apiOf(call)}/git/commits/${commit.id}`, comment_count: 0 },
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    ...{ author: null, committer: null },
    parents: commit.parents.map((sha) => ({
      ...{ sha, url: `${apiOf(call)}/commits/${sha}`, html_url: `${siteOf(call)}/commit/${sha}` },
    })),
  };
}

/** https://docs.github.com/en/rest/commits/commits#get-a-commit */
async function commit(call: Call): Promise<Answer> {
  const id = await commitAsked(call);
  const headers = { etag: `"${id}"` };
  if (call.accept.includes('.sha')) return { status: 200, headers, body: Buffer.from(id) };
  const found = await commitOf(call.repository.folder, id);
  const parent = found.parents[0] ?? (await emptyTree(call));
  const files = await changedFiles(call.repository.folder, parent, id, apiOf(call), siteOf(call));
  const sum = (of: 'additions' | 'deletions') => files.reduce((all, file) => all + file[of], 0);
  const stats = {
    additions: sum('additions'),
    deletions: sum('deletions'),
    total: sum('additions') + sum('deletions'),
  };
  return { status: 200, headers, body: { ...commitShown(call, found), stats, files: files.slice(0, MOST_FILES) } };
}

/** Git’s own commit. https://docs.github.com/en/rest/git/commits#get-a-commit-object */
async function commitObject(call: Call): Promise<Answer> {
  const sha = call.params.sha ?? '';
  const type = /^[0-9a-f]{40}$/.test(sha) && (await gitLine(call.repository.folder, ['cat-file', '-t', sha]));
  if (type !== 'commit') throw notFound();
  const { html_url, node_id, parents, commit } = commitShown(call, await commitOf(call.repository.folder, sha));
  const { author, committer, message, tree, url, verification } = commit;
  return {
    status: 200,
    body: { sha, node_id, url, html_url, author, committer, tree, message, parents, verification },
  };
}

const emptyTree = async ({ repository }: Call): Promise<string> =>
  (await git(repository.folder, ['hash-object', '-t', 'tree', '-w', '--stdin'], '')).toString().trim();

/**
 * What the head has that its common ancestor with the base has not: of a branch that was forced that is not the difference
 * between the two. https://docs.github.com/en/rest/commits/commits#compare-two-commits
 */
async function compare(call: Call): Promise<Answer> {
  const { folder } = call.repository;
  const [base = '', head = ''] = (call.params.basehead ?? '').split('...');
  const [from, to] = [await commitNamed(folder, base), await commitNamed(folder, head)];
  if (!from || !to) throw notFound();
  const common = await gitLine(folder, ['merge-base', from, to]);
  if (!common) throw new Refused(404, `No common ancestor between ${base} and ${head}.`);
  const ahead = await commitsOf(folder, `${from}..${to}`);
  const behind = Number(await gitLine(folder, ['rev-list', '--count', `${to}..${from}`]));
  const files = await changedFiles(folder, common, to, apiOf(call), siteOf(call));
  const html = `${siteOf(call)}/compare/${base}...${head}`;
  const isFirst = (Number(call.query.get('page')) || 1) === 1;
  const state = ahead.length ? (behind ? 'diverged' : 'ahead') : behind ? 'behind' : 'identical';
  return {
    status: 200,
    body: {
      ...{ url: `${apiOf(call)}/compare/${base}...${head}`, html_url: html, permalink_url: html },
      ...{ diff_url: `${html}.diff`, patch_url: `${html}.patch`, status: state },
      ...{ base_commit: commitShown(call, await commitOf(folder, from)) },
      ...{ merge_base_commit: commitShown(call, await commitOf(folder, common)) },
      ...{ ahead_by: ahead.length, behind_by: behind, total_commits: ahead.length },
      ...{ commits: ahead.map((one) => commitShown(call, one)), files: isFirst ? files.slice(0, MOST_FILES) : [] },
    },
  };
}

const repository = async ({ forge, repository: asked }: Call): Promise<Answer> => {
  const permissions = { admin: true, maintain: true, push: true, triage: true, pull: true };
  return { status: 200, body: { ...(await repositoryOf(asked, forge.addresses)), permissions } };
};

export const CODE: Route[] = [
  { method: 'GET', path: '', carryOut: repository },
  { method: 'GET', path: '/git/ref/*ref', carryOut: ref },
  { method: 'GET', path: '/git/matching-refs/*ref', carryOut: matchingRefs },
  { method: 'GET', path: '/git/tags/:sha', carryOut: tag },
  { method: 'GET', path: '/git/commits/:sha', carryOut: commitObject },
  { method: 'GET', path: '/compare/*basehead', carryOut: compare },
  { method: 'GET', path: '/commits/*ref', carryOut: commit },
];
