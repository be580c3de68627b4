import '../../support/loud.ts';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { handler } from '../../../functions/notify/commits.ts';
import type { RemovalReason, Trigger } from '../../../shared/events.ts';
import { tokenId } from '../../../shared/git/secrets.ts';
import { connectionId, keepConnection } from '../../../shared/ledger/connections.ts';
import { beginStep, endDeployment } from '../../../shared/ledger/course.ts';
import { accept, findDeployment } from '../../../shared/ledger/deployments.ts';
import { claimPreview } from '../../../shared/ledger/preview-claiming.ts';
import { findPreview, noteRemoval, previewRemoved } from '../../../shared/ledger/previews.ts';
import { recordPush } from '../../../shared/ledger/pushes.ts';
import { settle } from '../../../shared/ledger/settling.ts';
import { deploymentId } from '../../../shared/names.ts';
import { failed, refused, superseded } from '../../../shared/outcome.ts';
import { event, started } from '../../notify/support/examples.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { steps } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

const NAME = 'acme/site';
const REPOSITORY = `git.localhost/${NAME}`;
const MANIFEST = 'apps/site/pilot.yaml';
/** So often the provider is asked at most: shared/git/hosts/http.ts */
const TRIES = 4;
const CONNECTION = connectionId(REPOSITORY);

let stage: Stage;
let git: GitServer;
let commit: string;
let made = 0;
beforeAll(async () => {
  stage = await setStage();
  git = await gitServer();
  const copy = await git.workOn(NAME);
  commit = await copy.commit({ [MANIFEST]: 'name: acme-site' });
  await copy.push();
  process.env.INSTALLATION = `pilotage-${process.pid}`;
  const secrets = new SecretsManagerClient({ endpoint: emulatorUrl() });
  await secrets.send(new CreateSecretCommand({ Name: tokenId(CONNECTION), SecretString: git.token }));
});
const [warned] = (['warn', 'info'] as const).map((level) => jest.spyOn(console, level).mockImplementation());
beforeEach(async () => {
  await stage.fresh();
  await keepConnection({
    ...{ id: CONNECTION, provider: 'github', repository: REPOSITORY, api: git.api },
    ...{ pilots: [{ pilot: 'acme-site', manifest: MANIFEST }], createdAt: '2026-11-21T01:02:03Z', by: 'ada@laptop' },
  });
});
afterAll(async () => {
  await git.stop();
  await stage.close();
});

const pushed = (more: Partial<Extract<Trigger, { kind: 'push' }>> = {}): Trigger => ({
  ...{ kind: 'push', bucket: 'manifests', key: 'pushes/acme-site/pilot.yaml', version: '1', repository: REPOSITORY },
  ...{ connection: CONNECTION, ref: { kind: 'branch', name: 'main' }, commit, push: 'a-push', manifest: MANIFEST },
  ...more,
});

async function deploymentBy(trigger: Trigger, environment = `e${++made}`): Promise<string> {
  const requestedAt = new Date().toISOString();
  const id = deploymentId('acme-site', environment, new Date(requestedAt), environment);
  await accept({ id, pilot: 'acme-site', environment, trigger, requestedAt });
  return id;
}

const end = (id: string) => stage.run(steps.unlock, 'Unlock', id);
const statuses = (environment: string) =>
  git
    .told(NAME)
    .statuses.filter(({ context }) => context === `pilotage/acme-site/${environment}`)
    .map(({ sha, state, description }) => ({ sha, state, description }));
const shown = (environment: string) =>
  git.told(NAME).deployments.filter((one) => one.environment === `acme-site/${environment}`);
const comments = (text: string) => git.told(NAME).comments.filter(({ body }) => body.includes(text));

describe('webhook: a commit', () => {
  it('shows how far its deployment is, and how it ended', async () => {
    const id = await deploymentBy(pushed());
    const { environment } = (await findDeployment(id)) ?? { environment: '' };
    await settle(id, { progress: 'waiting for the build' });
    await handler(started(id, 'Build'));
    expect(statuses(environment)).toMatchObject([{ sha: commit, state: 'pending' }]);
    await settle(id, { failure: { step: 'Build', ...failed('BUILD_FAILED', 'npm ci ended with 1') } });
    await end(id);
    await handler(started(id, 'Unlock'));
    expect(statuses(environment).at(-1)).toEqual({
      ...{ sha: commit, state: 'failure' },
      description: 'Build failed with BUILD_FAILED: npm ci ended with 1',
    });
  });

  it('is told the end once, and nothing older after it', async () => {
    const id = await deploymentBy(pushed());
    const { environment } = (await findDeployment(id)) ?? { environment: '' };
    await settle(id, { failure: { step: 'Build', ...failed('BUILD_FAILED', 'no') } });
    await end(id);
    for (let times = 0; times < 3; times++) await handler(started(id, 'Validate'));
    expect(statuses(environment)).toHaveLength(1);
  });

  it('that has a manifest which is refused gets a comment with its line, as it lies in the repository', async () => {
    const trigger = pushed();
    const id = await deploymentBy(trigger);
    const place = { file: 's3://manifests/pushes/acme-site/pilot.yaml', line: 3, column: 5 };
    const problem = { code: 'MANIFEST_VALUE', message: 'name cannot be Acme', place };
    await settle(id, { failure: { step: 'Validate', ...refused(problem) } });
    await end(id);
    await handler(started(id, 'Validate'));
    await handler(started(id, 'Validate'));
    const { environment } = (await findDeployment(id)) ?? { environment: '' };
    expect(statuses(environment)).toMatchObject([{ state: 'error' }]);
    expect(comments(`acme-site/${environment}`)).toMatchObject([
      { on: { commit }, body: expect.stringContaining(`${MANIFEST}:3:5 MANIFEST_VALUE name cannot be Acme`) },
    ]);
  });

  it('is told nothing of what nobody pushed, or of a repository that is no longer connected', async () => {
    const before = git.told(NAME).statuses.length;
    await handler(started(await deploymentBy({ kind: 'upload', bucket: 'b', key: 'k', version: '1' }), 'Validate'));
    await handler(started(await deploymentBy(pushed({ connection: 'ffffffffffff' })), 'Validate'));
    await handler(started('nobodys_production_20261121T015715Z-000000000000', 'Validate'));
    expect(git.told(NAME).statuses).toHaveLength(before);
  });

  it('shows its newest deployment, however late an older one of it is told', async () => {
    const environment = `e${++made}`;
    const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();
    const [older, newer] = [at(1), at(2)].map((requestedAt) => ({
      ...{ id: deploymentId('acme-site', environment, new Date(requestedAt), requestedAt), requestedAt },
      ...{ pilot: 'acme-site', environment, trigger: pushed() },
    })) as [Parameters<typeof accept>[0], Parameters<typeof accept>[0]];
    for (const one of [older, newer]) await accept(one);
    await settle(older.id, { failure: { step: 'Build', ...failed('BUILD_FAILED', 'no') } });
    await end(older.id);
    await handler(started(newer.id, 'Build'));
    await handler(started(older.id, 'Unlock'));
    expect(statuses(environment)).toMatchObject([{ state: 'pending' }]);
  });

  it('that its provider could not be told of is told later: the event comes again', async () => {
    const id = await deploymentBy(pushed());
    const { environment } = (await findDeployment(id)) ?? { environment: '' };
    await settle(id, { failure: { step: 'Build', ...failed('BUILD_FAILED', 'no') } });
    await end(id);
    git.fail({ path: /statuses/, status: 500, times: TRIES });
    await expect(handler(started(id, 'Unlock'))).rejects.toThrow();
    await handler(started(id, 'Unlock'));
    expect(statuses(environment)).toMatchObject([{ state: 'failure' }]);
  }, 60_000);

  it('keeps nobody waiting where its token may not tell it anything', async () => {
    const id = await deploymentBy(pushed());
    git.fail({ path: /statuses/, status: 403, times: 1 });
    await expect(handler(started(id, 'Validate'))).resolves.toBeUndefined();
  });
});

describe('webhook: a deployment at GitHub', () => {
  const states = (environment: string) =>
    shown(environment).flatMap(({ statuses }) => statuses.map((one) => one.state));
  async function asked(settled: Parameters<typeof settle>[1], environment?: string) {
    const id = await deploymentBy(pushed(), environment);
    await settle(id, settled);
    return { id, environment: (await findDeployment(id))?.environment ?? '' };
  }

  it('is made once, and shows how far ours is and how it ended', async () => {
    const { id, environment } = await asked({ progress: 'waiting' });
    await handler(started(id, 'Validate'));
    await beginStep(id, 'Provision', 'run-1');
    await handler(started(id, 'Provision'));
    await handler(started(id, 'Provision'));
    await settle(id, { failure: { step: 'Provision', ...failed('STACK_FAILED', 'no') } });
    await end(id);
    await handler(started(id, 'Unlock'));
    expect(shown(environment)).toMatchObject([
      { sha: commit, payload: { pilotage: id }, environment: `acme-site/${environment}`, transient: true },
    ]);
    expect(states(environment)).toEqual(['queued', 'in_progress', 'failure']);
    expect(shown(environment)[0]?.statuses.at(-1)).toMatchObject({
      description: 'Provision failed with STACK_FAILED: no',
    });
  });

  it('of production is one of production, and what was superseded is inactive', async () => {
    const { id, environment } = await asked({ failure: { step: 'Queue', ...superseded('another') } }, 'production');
    await end(id);
    await handler(started(id, 'Unlock'));
    expect(shown(environment)).toMatchObject([{ production: true, transient: false }]);
    expect(states(environment)).toEqual(['inactive']);
    expect(statuses(environment)).toMatchObject([{ state: 'error' }]);
  });

  it('that the token may not make, or GitHub refuses, keeps no status back, and is logged once', async () => {
    for (const status of [403, 404, 422]) {
      const { id, environment } = await asked({ failure: { step: 'Build', ...failed('BUILD_FAILED', 'no') } });
      await end(id);
      git.fail({ path: /deployments/, status });
      await handler(started(id, 'Unlock'));
      expect([statuses(environment).length, shown(environment).length]).toEqual([1, 0]);
    }
    const lines = warned?.mock.calls.filter(([line]) => String(line).includes('deployments are not shown'));
    expect(lines).toHaveLength(1);
  });

  it('that could not be shown is shown later: the event comes again', async () => {
    const { id, environment } = await asked({ failure: { step: 'Build', ...failed('BUILD_FAILED', 'no') } });
    await end(id);
    git.fail({ path: /deployments/, status: 429, times: TRIES });
    await expect(handler(started(id, 'Unlock'))).rejects.toThrow();
    await handler(started(id, 'Unlock'));
    expect(states(environment).at(-1)).toBe('failure');
    expect(shown(environment)).toHaveLength(1);
  }, 60_000);
});

describe('webhook pull request: a preview', () => {
  let pulls = 0;
  /** A pull request whose preview has its place, and the deployment of its commit. */
  async function previewed() {
    const number = ++pulls;
    const environment = `pr${number}`;
    const id = await deploymentBy(pushed({ pull: number, push: `${CONNECTION}-pull-${number}` }), environment);
    const at = new Date().toISOString();
    const of = { pilot: 'acme-site', environment, connection: CONNECTION, repository: REPOSITORY, number };
    const asked = { branch: 'topic', base: 'main', commit, deployment: id, askedAt: at, since: at, until: at };
    await claimPreview({ ...of, ...asked }, undefined, { most: 9, perPilot: 9 });
    return { id, number, environment };
  }
  const told = (number: number) => git.told(NAME).comments.filter(({ on }) => 'pull' in on && on.pull === number);
  const edits = () =>
    git
      .told(NAME)
      .comments.map(({ updatedAt }) => updatedAt.getTime())
      .join();

  beforeAll(async () => {
    const copy = await git.workOn(NAME);
    await copy.pull();
    for (let n = 1; n <= 4; n++) {
      await copy.branch(`topic${n}`);
      await copy.commit({ [`${n}.txt`]: 'a' });
      await copy.push();
      await git.openPull(NAME, { head: `topic${n}` });
    }
  });

  /** Notes that a preview is to go, and has it begin. @returns the deployment's id. */
  async function removalOf(environment: string, number: number, why: RemovalReason): Promise<string> {
    const found = await findPreview('acme-site', environment);
    const going = found && (await noteRemoval(found, why, new Date()));
    if (!going?.removal) throw new Error('it was not noted');
    const { deployment, request, at: requestedAt } = going.removal;
    const pull = { connection: CONNECTION, repository: REPOSITORY, number };
    const trigger: Trigger = { kind: 'remove', request, why, pull };
    await accept({ id: deployment, pilot: 'acme-site', environment, trigger, requestedAt });
    return deployment;
  }

  it('is told of in one comment: while it is made, once it is live, and not again for the same', async () => {
    const { id, number } = await previewed();
    await handler(started(id, 'Validate'));
    expect(told(number)).toMatchObject([{ body: expect.stringContaining('is being deployed') }]);
    const before = edits();
    await handler(started(id, 'Build'));
    expect(edits()).toBe(before);
    await endDeployment(id, { status: 'succeeded', serving: 'r' }, []);
    await Promise.all([handler(started(id, 'Unlock')), handler(started(id, 'Finish'))]);
    expect(told(number)).toMatchObject([{ body: expect.stringContaining('✅ **Live**') }]);
    expect(statuses(`pr${number}`).at(-1)).toMatchObject({ state: 'success' });
  });

  it('that is removed says so, and what GitHub shows of it is inactive', async () => {
    const { id, number, environment } = await previewed();
    await endDeployment(id, { status: 'succeeded', serving: 'r' }, []);
    await handler(started(id, 'Unlock'));
    expect(shown(environment)[0]?.statuses.at(-1)?.state).toBe('success');
    const deployment = await removalOf(environment, number, 'closed');
    await handler(started(deployment, 'Withdraw'));
    expect(told(number)).toMatchObject([{ body: expect.stringContaining('is being removed') }]);
    expect(shown(environment)[0]?.statuses.at(-1)?.state).toBe('success');
    await previewRemoved('acme-site', environment, deployment);
    await endDeployment(deployment, { status: 'succeeded', serving: null }, []);
    for (let times = 0; times < 2; times++) await handler(started(deployment, 'Unlock'));
    expect(told(number)).toMatchObject([{ body: expect.stringContaining('It was removed') }]);
    expect(shown(environment)[0]?.statuses.at(-1)?.state).toBe('inactive');
    expect(statuses(environment)).toHaveLength(1);
  });

  it('that a person has removed says so as well', async () => {
    const { id, number, environment } = await previewed();
    await endDeployment(id, { status: 'succeeded', serving: 'r' }, []);
    await handler(started(id, 'Unlock'));
    const removal = await removalOf(environment, number, 'asked');
    await handler(started(removal, 'Withdraw'));
    expect(told(number)).toMatchObject([{ body: expect.stringContaining('being removed: somebody asked for it') }]);
    await previewRemoved('acme-site', environment, removal);
    await endDeployment(removal, { status: 'succeeded', serving: null }, []);
    await handler(started(removal, 'Unlock'));
    expect(told(number)).toMatchObject([{ body: expect.stringContaining('To have it again, push another commit') }]);
    expect(shown(environment)[0]?.statuses.at(-1)?.state).toBe('inactive');
  });

  it('that could not be told is told later, though its commit was: the event comes again', async () => {
    const { id, number } = await previewed();
    git.fail({ path: /comments/, status: 429, times: TRIES });
    await expect(handler(started(id, 'Validate'))).rejects.toThrow();
    expect(statuses(`pr${number}`)).toHaveLength(1);
    await handler(started(id, 'Validate'));
    expect(told(number)).toHaveLength(1);
  }, 60_000);
});

describe('webhook: a push with a manifest that is wrong', () => {
  it('is told at its commit, once, also where other pilots of it are deployed', async () => {
    const recorded = await recordPush({
      ...{ connection: CONNECTION, repository: REPOSITORY, via: 'webhook', at: new Date() },
      push: { told: 'push', ref: { kind: 'branch', name: 'main' }, commit },
    });
    const push = recorded.push;
    if (recorded.outcome !== 'recorded' || typeof push !== 'object') throw new Error('it was recorded before');
    const problem = {
      ...{ code: 'MANIFEST_YAML', message: 'no YAML', hint: 'ask @acme <img> [here](https://example.com)' },
      place: { file: MANIFEST, line: 1, column: 2 },
    };
    const outcome = { kind: 'deployments' as const, deployments: ['of-another'], problems: [problem] };
    // It is told before it is noted.
    const { id, connection, repository, ref } = push;
    const wrong = [{ pilot: 'acme-site', problem }];
    const read = event('PushRead', { push: id, connection, repository, ref, commit, outcome, wrong });
    await handler(read);
    await handler(read);
    const told = git.told(NAME).statuses.filter(({ context }) => context === 'pilotage/acme-site');
    expect(told).toMatchObject([{ sha: commit, state: 'error', description: `${MANIFEST}:1:2 MANIFEST_YAML no YAML` }]);
    expect(comments(`${MANIFEST}:1:2 MANIFEST_YAML`)).toMatchObject([
      { body: expect.not.stringMatching(/@acme|<img>|[^\\]\[here/) },
    ]);
  });
});
