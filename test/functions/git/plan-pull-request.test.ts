import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { handler } from '../../../functions/git/plan-pull-request.ts';
import type { Pull } from '../../../local/git/repository.ts';
import type { WorkingCopy } from '../../../local/git/working-copy.ts';
import type { Events } from '../../../shared/events.ts';
import { planPullRequest } from '../../../shared/git/pulls/plan-pull-request.ts';
import { tokenId } from '../../../shared/git/secrets.ts';
import { type Connection, connectionId, forgetConnection, keepConnection } from '../../../shared/ledger/connections.ts';
import { gitManifest } from '../../git/reading/manifests.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { goLive } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { allow, connected, gitStage, NEW, NEXT } from './repository.ts';

/** So often the provider is asked at most: shared/git/hosts/http.ts */
const TRIES = 4;

let stage: Stage;
let git: GitServer;
let made = 0;
let name: string;
let repository: string;
let copy: WorkingCopy;
let connection: Connection;
beforeAll(async () => {
  stage = await setStage();
  git = await gitServer();
  process.env.INSTALLATION = `pilotage-pulls-${process.pid}`;
});
afterAll(async () => {
  await git.stop();
  await stage.close();
});
beforeEach(async () => {
  await stage.fresh();
  name = `acme/site${++made}`;
  repository = `git.localhost/${name}`;
  copy = await git.workOn(name);
  await copy.commit({ 'pilot.yaml': manifest() });
  await copy.push();
  await copy.branch('topic');
  const id = connectionId(repository);
  connection = {
    ...{ id, provider: 'github', repository, api: git.api, createdAt: '2026-11-21T01:02:03Z', by: 'ada@laptop' },
    pilots: [{ pilot: 'acme-shop', manifest: 'pilot.yaml' }],
  };
  await keepConnection(connection);
  const secrets = new SecretsManagerClient({ endpoint: emulatorUrl() });
  await secrets.send(new CreateSecretCommand({ Name: tokenId(id), SecretString: git.token }));
  await allow(stage, { 'acme-shop': [repository] });
});

const manifest = (more = '', gitMore = '', pilot = 'acme-shop') =>
  gitManifest(pilot, { repository, git: gitMore, more });
/** Commits to the branch that it is on, and pushes. */
async function change(files: Record<string, string>, from = copy): Promise<string> {
  const commit = await from.commit(files);
  await from.push();
  return commit;
}
const toldOf = ({ number, head, base }: Pull, more: object = {}): Events['PullRequestReceived'] => ({
  ...{ connection: connection.id, repository, number, commit: head.sha, branch: head.branch, base: base.branch },
  isForeign: false,
  ...more,
});
const received = (detail: Events['PullRequestReceived']) => handler({ detail } as Parameters<typeof handler>[0]);
/** Opens a pull request of the branch topic, and has it planned. */
async function opened(files: Record<string, string>): Promise<Pull> {
  await change(files);
  const pull = await git.openPull(name, { head: 'topic' });
  await received(toldOf(pull));
  return pull;
}
const comments = () => git.told(name).comments.map(({ body }) => body);
const statuses = () => git.told(name).statuses.map(({ sha, state, context }) => ({ sha, state, context }));

describe('webhook pull request: the plan of what merging it would deploy', () => {
  it('is a comment with the changes and what they cost, and a status of its last commit', async () => {
    const { head } = await opened({ 'pilot.yaml': manifest('traffic: { requests: 2, peak: 20 }\n') });
    const [body = '', ...more] = comments();
    expect(more).toEqual([]);
    expect(body).toContain(`at commit ${head.sha.slice(0, 12)}`);
    expect(body).toContain('### Plan: acme-shop in production: target static');
    expect(body).toMatch(/About \*\*\$[\d.]+\*\* a month\. Resources: \d+ to create/);
    expect(body).toContain('<!-- pilotage:plan:acme-shop -->');
    expect(statuses()).toEqual([{ sha: head.sha, state: 'success', context: 'pilotage/acme-shop/plan' }]);
    expect(git.told(name).statuses[0]?.description).toMatch(/^Planned production: .+ a month$/);
    expect(stage.events).toEqual([]);
  });

  it('is changed in place on each new commit, and the same event twice changes nothing', async () => {
    const pull = await opened({ 'pilot.yaml': manifest() });
    const commit = await change({ 'pilot.yaml': manifest('environments: { production: {}, staging: {} }\n') });
    await received(toldOf(pull, { commit }));
    const first = comments();
    await received(toldOf(pull, { commit }));
    expect(comments()).toEqual(first);
    expect(first).toEqual([
      expect.stringMatching(
        new RegExp(`${commit.slice(0, 12)}[\\s\\S]*acme-shop in production[\\s\\S]*acme-shop in staging`),
      ),
    ]);
    expect(statuses().at(-1)).toMatchObject({ sha: commit, state: 'success' });
  });

  it('is of what its branch points to now, whatever a late webhook tells', async () => {
    const pull = await opened({ 'pilot.yaml': manifest() });
    const commit = await change({ 'other.txt': 'later' });
    await planPullRequest(toldOf(pull), []);
    expect(comments()).toEqual([expect.stringContaining(commit.slice(0, 12))]);
  });

  it('is of the target that it has now, whatever a late webhook tells', async () => {
    await copy.branch('main');
    await copy.branch('next');
    await change({ 'other.txt': 'next' });
    await copy.branch('topic');
    await change({ 'pilot.yaml': manifest() });
    const pull = await git.openPull(name, { head: 'topic', base: 'next' });
    await received(toldOf(pull, { base: 'main' }));
    expect(comments()).toEqual([]);
  });

  it('is none where it is closed, or its branch, or the connection, is gone', async () => {
    await change({ 'pilot.yaml': manifest() });
    const closed = await git.openPull(name, { head: 'topic' });
    await git.closePull(name, closed.number);
    await planPullRequest(toldOf(closed), []);
    const pull = await git.openPull(name, { head: 'topic' });
    await copy.remove('topic');
    await planPullRequest(toldOf(pull), []);
    await forgetConnection(connection.id);
    await received(toldOf(await git.openPull(name, { head: 'main' })));
    expect(comments()).toEqual([]);
    expect(statuses()).toEqual([]);
  });

  it('is compared with what is live', async () => {
    await goLive(stage, 'acme-shop', { 'index.html': 'one' });
    await opened({ 'pilot.yaml': manifest() });
    const [body = ''] = comments();
    expect(body).not.toContain('Not compared');
    expect(body).toMatch(/Resources: [^.]*unchanged/);
  });

  it('says that it is not compared where what is live cannot be read', async () => {
    await goLive(stage, 'acme-shop', { 'index.html': 'one' });
    const kept = process.env.KVS_ARN;
    delete process.env.KVS_ARN;
    await opened({ 'pilot.yaml': manifest() });
    process.env.KVS_ARN = kept;
    expect(comments()).toEqual([expect.stringContaining('What is live now is not known here')]);
    expect(statuses()).toMatchObject([{ state: 'success' }]);
  });

  it('refuses what a deployment would refuse, with its line', async () => {
    await opened({ 'pilot.yaml': manifest('domain: { name: shop.example.com }\n') });
    expect(comments()).toEqual([expect.stringMatching(/\*\*Refused\*\*[\s\S]*pilot\.yaml:5/)]);
    expect(statuses()).toMatchObject([{ state: 'error' }]);
  });

  it('is none, and nothing is said, where its target deploys no environment', async () => {
    await copy.branch('main');
    await copy.branch('next');
    await change({ 'other.txt': 'next' });
    await copy.branch('topic');
    await change({ 'pilot.yaml': manifest() });
    await received(toldOf(await git.openPull(name, { head: 'topic', base: 'next' })));
    expect(comments()).toEqual([]);
    expect(statuses()).toEqual([]);
  });

  it('is of the environments that the target deploys, and of no other', async () => {
    const environments = 'environments: { production: {}, staging: { source: { git: { branch: next } } } }\n';
    await opened({ 'pilot.yaml': manifest(environments) });
    expect(comments()).toEqual([expect.not.stringContaining('in staging')]);
    expect(comments()).toEqual([expect.stringContaining('in production')]);
  });
});

describe('webhook pull request: what keeps a plan from being made', () => {
  it('is told with file and line, until it is corrected', async () => {
    const pull = await opened({ 'pilot.yaml': manifest('colour: blue\n') });
    expect(comments()).toEqual([expect.stringContaining('pilot.yaml:5:1 MANIFEST_UNKNOWN_KEY')]);
    expect(statuses()).toMatchObject([{ state: 'error' }]);
    const commit = await change({ 'pilot.yaml': manifest() });
    await received(toldOf(pull, { commit }));
    expect(comments()).toEqual([expect.not.stringContaining('MANIFEST_UNKNOWN_KEY')]);
    expect(statuses().at(-1)).toMatchObject({ sha: commit, state: 'success' });
  });

  it('is that the operator has not allowed it, and says nothing of the pilot', async () => {
    await goLive(stage, 'acme-shop', { 'index.html': 'one' });
    await allow(stage, { 'acme-shop': ['git.localhost/acme/secretive'] });
    await opened({ 'pilot.yaml': manifest() });
    const [body = ''] = comments();
    expect(body).toContain('is not allowed to deploy acme-shop to production');
    expect(body).not.toMatch(/secretive|a month|Resources/);
    expect(statuses()).toMatchObject([{ state: 'error' }]);
  });

  it('is that the default branch does not let its target deploy', async () => {
    await copy.branch('main');
    await copy.branch('next');
    await change({ 'other.txt': 'next' });
    await copy.branch('topic');
    await change({ 'pilot.yaml': manifest('', ', branch: next') });
    await received(toldOf(await git.openPull(name, { head: 'topic', base: 'next' })));
    expect(comments()).toEqual([expect.stringContaining('into main first')]);
    expect(comments()).toEqual([expect.not.stringContaining('a month')]);
  });

  it('is that the operator’s file is broken, and nothing that stands in it is told', async () => {
    await allow(stage, { 'acme-shop': [repository], '-secretive-': ['nothing'] });
    await opened({ 'pilot.yaml': manifest() });
    expect(comments()).toEqual([expect.stringContaining('ask the operator to put the operator’s file right')]);
    expect(comments()).toEqual([expect.not.stringContaining('secretive')]);
  });

  it('keeps no other pilot of the repository from its own', async () => {
    const pilots = ['acme-shop', 'acme-web'].map((pilot) => ({ pilot, manifest: `${pilot}/pilot.yaml` }));
    await keepConnection({ ...connection, pilots });
    await allow(stage, { 'acme-shop': [repository], 'acme-web': [repository] });
    await opened({
      'acme-shop/pilot.yaml': manifest('colour: blue\n'),
      'acme-web/pilot.yaml': manifest('', '', 'acme-web'),
    });
    expect(comments()).toEqual([
      expect.stringContaining('MANIFEST_UNKNOWN_KEY'),
      expect.stringContaining('### Plan: acme-web in production'),
    ]);
    expect(statuses().map(({ state, context }) => `${context} ${state}`)).toEqual([
      'pilotage/acme-shop/plan error',
      'pilotage/acme-web/plan success',
    ]);
  });

  it('is that it touches nothing of the pilot: then nothing is said', async () => {
    await copy.branch('main');
    await change({ 'pilot.yaml': manifest('', ', paths: [apps]') });
    await copy.branch('docs');
    await change({ 'docs/a.md': 'words' });
    const pull = await git.openPull(name, { head: 'docs' });
    await received(toldOf(pull));
    expect(comments()).toEqual([]);
    const commit = await change({ 'apps/a.html': 'page' });
    await received(toldOf(pull, { commit }));
    expect(comments()).toHaveLength(1);
  });
});

describe('webhook pull request: of another repository', () => {
  it('is planned by its manifest alone: not compared, nothing looked up; at its newest commit', async () => {
    await goLive(stage, 'acme-shop', { 'index.html': 'one' });
    const theirs = await git.workOn('somebody/site');
    await theirs.run('pull', '--quiet', copy.folder, 'main');
    await theirs.branch('better');
    const commit = await change({ 'pilot.yaml': manifest('domain: { name: shop.example.com }\n') }, theirs);
    const pull = await git.openPull(name, { head: 'better', from: 'somebody/site' });
    const detail = toldOf(pull, { isForeign: true });
    await received(detail);
    const [body = ''] = comments();
    expect(body).toContain('whose code is not trusted');
    expect(body).toContain('Not compared with what is live');
    expect(body).not.toMatch(/FORBIDDEN|unchanged/);
    expect(statuses()).toMatchObject([{ sha: commit, state: 'success' }]);

    const later = await change({ 'a.txt': 'later' }, theirs);
    await received({ ...detail, commit: later });
    const newest = [expect.stringContaining(later.slice(0, 12))];
    expect(comments()).toEqual(newest);
    // The webhook of the first commit comes late.
    await planPullRequest(detail, []);
    expect(comments()).toEqual(newest);
    await git.closePull(name, pull.number);
    await planPullRequest(detail, []);
    expect(statuses()).toHaveLength(3);
  });

  it('is not planned at Bitbucket, whose repositories do not have the commits of others', async () => {
    const pull = await opened({ 'pilot.yaml': manifest() });
    const before = comments();
    await keepConnection({ ...connection, provider: 'bitbucket' });
    await received(toldOf(pull, { isForeign: true }));
    expect(comments()).toEqual(before);
  });
});

describe('webhook pull request: a provider on a bad day', () => {
  it('that takes no comment of this token still has the status', async () => {
    git.fail({ path: /issues/, status: 403, times: 1 });
    const { head } = await opened({ 'pilot.yaml': manifest() });
    expect(comments()).toEqual([]);
    expect(statuses()).toMatchObject([{ sha: head.sha, state: 'success' }]);
  });

  it('that is out of order is told later: the event comes again', async () => {
    await change({ 'pilot.yaml': manifest() });
    const pull = await git.openPull(name, { head: 'topic' });
    git.fail({ path: /statuses/, status: 500, times: TRIES });
    await expect(received(toldOf(pull))).rejects.toThrow();
    await received(toldOf(pull));
    expect(comments()).toHaveLength(1);
    expect(statuses()).toMatchObject([{ state: 'success' }]);
  }, 60_000);

  it('that no longer knows the repository, or the token, is not asked again', async () => {
    await change({ 'pilot.yaml': manifest() });
    const pull = await git.openPull(name, { head: 'topic' });
    git.fail({ path: /pulls/, status: 403, times: 1 });
    await expect(received(toldOf(pull))).resolves.toBeUndefined();
    expect(comments()).toEqual([]);
  });

  it('whose branch moves while it is planned has it planned anew', async () => {
    const host = await gitStage();
    const at = await connected(stage, host);
    at.repository.branches.topic = NEW;
    at.repository.pulls = { 1: { commit: NEW, branch: 'topic' } };
    at.repository.files[NEXT] = { 'pilot.yaml': gitManifest('acme-shop') };
    // Its branch has been asked for, and its manifest is next.
    host.meanwhile = async () => {
      host.meanwhile = async () => {
        at.repository.branches.topic = NEXT;
      };
    };
    const of = { connection: at.connection.id, repository: at.connection.repository, number: 1, isForeign: false };
    await planPullRequest({ ...of, commit: NEW, branch: 'topic', base: 'main' });
    await host.close();
    expect(host.asked.filter((path) => path.includes('/contents/'))).toHaveLength(2);
    expect(host.asked.at(-1)).toMatch(new RegExp(`/statuses/${NEXT}$`));
  });
});
