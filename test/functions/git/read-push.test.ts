import { GetObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { handler } from '../../../functions/git/read-push.ts';
import type { Events } from '../../../shared/events.ts';
import { readPush } from '../../../shared/git/reading/read-push.ts';
import { forgetAll } from '../../../shared/git/remembering.ts';
import { tokenId } from '../../../shared/git/secrets.ts';
import { findConnection, forgetConnection } from '../../../shared/ledger/connections.ts';
import { type Push, pendingPushes } from '../../../shared/ledger/pushes.ts';
import { deploymentId } from '../../../shared/names.ts';
import { readRequest } from '../../../shared/request.ts';
import { gitManifest, REPOSITORY } from '../../git/reading/manifests.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import type { FakeGitHost } from '../../support/github-api.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { allow, type Connected, connected, gitStage, NEW, NEXT, OLD } from './repository.ts';

const DAY_MS = 24 * 3_600_000;
let stage: Stage;
let host: FakeGitHost;
let at: Connected;
beforeAll(async () => {
  stage = await setStage();
  host = await gitStage();
});
afterAll(() => Promise.all([stage.close(), host.close()]));
beforeEach(async () => {
  await stage.fresh();
  at = await connected(stage, host);
});

const received = (detail: object) => handler({ detail } as Parameters<typeof handler>[0]);
const read = async (push: Push) => {
  await received({ push: push.id });
  return (await at.now(push))?.outcome;
};
const told = <Name extends keyof Events>(name: Name) =>
  stage.events.filter((event) => event.name === name).map(({ detail }) => detail as unknown as Events[Name]);

describe('webhook: a push that is read', () => {
  it('asks for the deployment of the manifest as it is at that commit', async () => {
    const push = await at.push({ by: 'ada' });
    const outcome = await read(push);
    const deployment = deploymentId('acme-shop', 'production', new Date(push.at), `push:${push.id}`);
    expect(outcome).toEqual({ kind: 'deployments', deployments: [deployment] });

    const [request] = told('DeploymentRequested');
    expect(readRequest(request)).toEqual({
      deployment,
      pilot: 'acme-shop',
      environment: 'production',
      requestedAt: push.at,
      trigger: {
        kind: 'push',
        bucket: stage.manifests,
        key: `pushes/acme-shop/production/${NEW}/pilot.yaml`,
        version: expect.any(String),
        repository: REPOSITORY,
        connection: at.connection.id,
        ref: { kind: 'branch', name: 'main' },
        commit: NEW,
        push: push.id,
        manifest: 'pilot.yaml',
        requestedBy: 'ada',
      },
    });
    const { bucket, key, version } = (request?.trigger ?? {}) as Record<string, string>;
    const kept = await stage.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
    expect(await kept.Body?.transformToString()).toBe(gitManifest('acme-shop'));
    expect(told('PushRead')).toEqual([
      { push: push.id, connection: at.connection.id, repository: REPOSITORY, ref: push.ref, commit: NEW, outcome },
    ]);
    expect(await at.now(push)).toMatchObject({ state: 'read', pilots: [{ environment: 'production', deployment }] });
    expect(await pendingPushes()).toEqual([]);
  });

  it('twice, or cut off before it was noted, asks for the same deployment', async () => {
    const push = await at.push();
    await readPush(push, new Date());
    await readPush(push, new Date());
    await received({ push: push.id });
    expect(told('DeploymentRequested')).toHaveLength(2);
    expect(new Set(told('DeploymentRequested').map(({ deployment }) => deployment)).size).toBe(1);
    expect((await at.now(push))?.outcome?.kind).toBe('deployments');
  });

  it('is not noted where the bus did not take what it asks for', async () => {
    const push = await at.push();
    stage.failing.DeploymentRequested = 9;
    await expect(readPush(push, new Date())).rejects.toThrow();
    expect(await at.now(push)).toMatchObject({ state: 'pending' });
    delete stage.failing.DeploymentRequested;
    expect((await read(push))?.kind).toBe('deployments');
  });

  it('is superseded where its branch points to another commit by now', async () => {
    at.repository.branches.main = NEXT;
    expect(await read(await at.push())).toEqual({ kind: 'superseded', by: NEXT });
    expect(told('DeploymentRequested')).toEqual([]);
    expect(told('PushRead')).toMatchObject([{ outcome: { kind: 'superseded', by: NEXT } }]);
  });

  it('is ignored where its branch is gone', async () => {
    at.repository.branches = {};
    expect(await read(await at.push())).toEqual({ kind: 'ignored', reason: 'the branch main is gone' });
  });

  it('stays pending while the provider shows what was before it, and is taken back when it still does later', async () => {
    at.repository.branches.main = OLD;
    const push = await at.push();
    expect(await readPush(push, new Date())).toMatchObject({ kind: 'later', isSoon: true });
    expect(await at.now(push)).toMatchObject({ state: 'pending' });
    expect(await readPush(push, new Date(Date.now() + 600_000))).toEqual({ kind: 'superseded', by: OLD });
  });

  it.each([
    ['webhook', 'Wording [skip deploy]'],
    ['webhook', 'Wording\n\nThis changes no page.\n[Deploy Skip]\n'],
    ['poll', 'Wording\n\n[skip deploy]'],
  ] as const)('by a %s is ignored where the whole message of its commit says so: %j', async (via, message) => {
    at.repository.messages[NEW] = message;
    const push = await at.push({ message: 'Wording' });
    expect(await readPush({ ...push, via }, new Date())).toEqual({
      kind: 'ignored',
      reason: 'the commit’s message says [skip deploy]',
    });
    expect(host.asked.filter((path) => path.includes('/contents/'))).toEqual([]);
  });

  it('is superseded by its branch’s other commit, whatever its own message says', async () => {
    Object.assign(at.repository, { branches: { main: NEXT }, messages: { [NEW]: '[skip deploy]' } });
    expect(await read(await at.push({ message: '[skip deploy]' }))).toEqual({ kind: 'superseded', by: NEXT });
  });

  it('of a repository that is no longer connected is ignored', async () => {
    const push = await at.push();
    await forgetConnection(at.connection.id);
    expect(await read(push)).toEqual({ kind: 'ignored', reason: `${REPOSITORY} is no longer connected` });
  });

  it('that nobody recorded is nothing', async () => {
    await received({ push: `${at.connection.id}-20261121T000000Z-0123456789ab` });
    await received({ push: { id: 'x' } });
    expect(stage.events).toEqual([]);
  });
});

describe('webhook: the manifests of a push', () => {
  it('that are wrong or missing have their problems in the repository’s file, and keep no other pilot back', async () => {
    const pilots = ['acme-shop', 'acme-web', 'acme-docs'].map((pilot) => ({ pilot, manifest: `${pilot}/pilot.yaml` }));
    at = await connected(stage, host, { pilots });
    at.repository.files[NEW] = {
      'acme-shop/pilot.yaml': gitManifest('acme-shop'),
      'acme-web/pilot.yaml': `${gitManifest('acme-web')}colour: blue\n`,
    };
    expect(await read(await at.push())).toMatchObject({
      kind: 'deployments',
      deployments: [expect.stringMatching(/^acme-shop_production_/)],
      problems: [
        { code: 'MANIFEST_UNKNOWN_KEY', place: { file: 'acme-web/pilot.yaml', line: 5 } },
        { code: 'MANIFEST_MISSING', place: { file: 'acme-docs/pilot.yaml' } },
      ],
    });
  });

  it('fail the push where none is deployed', async () => {
    at.repository.files = {};
    expect(await read(await at.push())).toMatchObject({ kind: 'failed', problems: [{ code: 'MANIFEST_MISSING' }] });
    expect(told('PushRead')).toMatchObject([
      { outcome: { kind: 'failed' }, wrong: [{ pilot: 'acme-shop', problem: { code: 'MANIFEST_MISSING' } }] },
    ]);
  });

  it('that are too large to be fetched are too large', async () => {
    at.repository.files[NEW] = { 'pilot.yaml': '#'.repeat(2 * 1024 * 1024) };
    expect(await read(await at.push())).toMatchObject({ kind: 'failed', problems: [{ code: 'MANIFEST_TOO_LARGE' }] });
  });

  it('say which environments a branch or tag deploys, and each has its own deployment', async () => {
    at.repository.files[NEW] = {
      'pilot.yaml': gitManifest('acme-shop', {
        git: ', tags: v',
        more: 'environments: { production: {}, staging: {}, ci: { source: { git: { branch: develop, tags: c } } } }\n',
      }),
    };
    at.repository.tags = { v1: NEW };
    for (const push of [await at.push(), await at.push({ ref: { kind: 'tag', name: 'v1' } })])
      expect(await read(push)).toMatchObject({
        deployments: [expect.stringMatching(/^acme-shop_production_/), expect.stringMatching(/^acme-shop_staging_/)],
      });
    expect((await findConnection(at.connection.id))?.branches).toEqual(['develop', 'main']);
  });

  it('that deploy nothing by that branch have it ignored, with those that do', async () => {
    at.repository.branches = { 'feature/x': NEW };
    const push = await at.push({ ref: { kind: 'branch', name: 'feature/x' } });
    expect(await read(push)).toMatchObject({
      kind: 'ignored',
      reason: expect.stringContaining('production is deployed by main'),
    });
    expect(host.asked.filter((path) => path.includes('/compare/'))).toEqual([]);
  });

  const withPaths = { 'pilot.yaml': gitManifest('acme-shop', { git: ', paths: ["apps/web/**"]' }) };

  it('with paths are asked what was changed since the commit that was read before; the first that is read deploys', async () => {
    at.repository.files = { [NEW]: withPaths, [NEXT]: withPaths };
    at.repository.changed = { [`${OLD}...${NEW}`]: ['docs/a.md'], [`${NEW}...${NEXT}`]: ['docs/b.md'] };
    expect(await read(await at.push())).toMatchObject({ kind: 'deployments' });
    at.repository.branches.main = NEXT;
    expect(await read(await at.push({ commit: NEXT, before: NEW }))).toMatchObject({
      kind: 'ignored',
      reason: expect.stringContaining('apps/web/**'),
    });
  });

  it('with paths lose no change of a push that gave way to the next one, or that nobody was allowed to deploy', async () => {
    const last = 'd'.repeat(40);
    at.repository.files = { [NEW]: withPaths, [NEXT]: withPaths, [last]: withPaths };
    expect(await read(await at.push())).toMatchObject({ kind: 'deployments' });
    at.repository.changed = {
      [`${NEW}...${last}`]: ['apps/web/a.html', 'docs/b.md'],
      [`${NEXT}...${last}`]: ['docs/b.md'],
    };
    const first = await at.push({ commit: NEXT, before: NEW });
    const second = await at.push({ commit: last, before: NEXT });
    at.repository.branches.main = last;
    expect(await read(first)).toMatchObject({ kind: 'superseded' });
    await allow(stage, { 'acme-shop': [] });
    expect(await read(second)).toMatchObject({ kind: 'ignored' });

    await allow(stage, { 'acme-shop': [REPOSITORY] });
    const end = 'e'.repeat(40);
    at.repository.files[end] = withPaths;
    at.repository.branches.main = end;
    at.repository.changed = { [`${NEW}...${end}`]: ['apps/web/a.html'], [`${last}...${end}`]: ['docs/c.md'] };
    expect(await read(await at.push({ commit: end, before: last }))).toMatchObject({ kind: 'deployments' });
  });

  it('with paths ask for the same deployment where the push was read and not noted', async () => {
    at.repository.files[NEW] = withPaths;
    const push = await at.push();
    expect(await read(push)).toMatchObject({ kind: 'deployments' });
    expect(await readPush(push, new Date())).toMatchObject({ kind: 'deployments' });
    expect(new Set(told('DeploymentRequested').map(({ deployment }) => deployment)).size).toBe(1);
  });

  it('with paths deploy a new branch, and where what was changed cannot be told', async () => {
    at.repository.files[NEW] = { 'pilot.yaml': gitManifest('acme-shop', { git: ', branch: next, paths: [apps]' }) };
    at.repository.branches.next = NEW;
    const { before: _, ...first } = await at.push({ ref: { kind: 'branch', name: 'next' } });
    expect(await readPush(first, new Date())).toMatchObject({ kind: 'deployments' });
    expect(await readPush({ ...first, before: OLD }, new Date())).toMatchObject({ kind: 'deployments' });
  });

  it('of another’s repository deploy nothing: neither names nor branches give a pilot away', async () => {
    await allow(stage, { 'acme-shop': ['github.com/acme/other', `${REPOSITORY}#staging`] });
    expect(await read(await at.push())).toMatchObject({
      kind: 'ignored',
      reason: expect.stringContaining(`${REPOSITORY}#production to pilots.acme-shop.repositories`),
    });
    expect(told('DeploymentRequested')).toEqual([]);
  });
});

describe('webhook: a push while the operator’s file is wrong', () => {
  it('stays pending for an hour, in which that may be put right, and then fails', async () => {
    await allow(stage, { '-wrong-': [] });
    const push = await at.push();
    expect(await read(push)).toBeUndefined();
    const later = new Date(Date.parse(push.at) + 3_600_000);
    expect(await readPush(push, later)).toMatchObject({ kind: 'failed', problems: [{ code: 'OPERATOR_FILE' }] });
    const again = await at.push();
    await allow(stage, { 'acme-shop': [REPOSITORY] });
    expect(await read(again)).toMatchObject({ kind: 'deployments' });
  });
});

describe('webhook: a branch or tag that makes itself one that deploys', () => {
  const making = (git: string) => ({ 'pilot.yaml': gitManifest('acme-shop', { git }) });

  it('deploys nothing until the default branch says so as well', async () => {
    at.repository.branches.evil = NEXT;
    at.repository.tags = { v1: NEXT };
    at.repository.files[NEXT] = making(', branch: evil, tags: v');
    for (const ref of [{ kind: 'branch', name: 'evil' } as const, { kind: 'tag', name: 'v1' } as const])
      expect(await read(await at.push({ ref, commit: NEXT }))).toMatchObject({
        kind: 'ignored',
        reason: expect.stringMatching(/merge the change of source\.git\.(branch|tags) into main first/),
      });
    expect(told('DeploymentRequested')).toEqual([]);
    expect((await findConnection(at.connection.id))?.branches).toBeUndefined();

    at.repository.files[NEW] = making(', branch: evil');
    const again = 'd'.repeat(40);
    at.repository.files[again] = making(', branch: evil');
    at.repository.branches.evil = again;
    const ref = { kind: 'branch', name: 'evil' } as const;
    expect(await read(await at.push({ ref, commit: again, before: NEXT }))).toMatchObject({ kind: 'deployments' });
  });

  it('deploys nothing where the default branch has no manifest', async () => {
    Object.assign(at.repository, { branches: { next: NEXT }, defaultBranch: 'trunk' });
    at.repository.files[NEXT] = making(', branch: next');
    expect(await read(await at.push({ ref: { kind: 'branch', name: 'next' }, commit: NEXT }))).toMatchObject({
      kind: 'ignored',
      reason: expect.stringContaining('merge it into trunk first'),
    });
  });

  it('asks nothing more where it is the default branch', async () => {
    await read(await at.push());
    expect(host.asked.filter((path) => path.includes('/contents/'))).toHaveLength(1);
  });
});

describe('webhook: a provider that does not answer', () => {
  it('that is out of order leaves the push pending, until it is given up after a day', async () => {
    host.refusing = 429;
    const push = await at.push();
    expect(await read(push)).toBeUndefined();
    expect(told('PushRead')).toEqual([]);
    expect(await readPush(push, new Date(Date.parse(push.at) + DAY_MS))).toMatchObject({
      kind: 'failed',
      problems: [{ code: 'PROVIDER_UNAVAILABLE' }],
    });
    host.refusing = 0;
    expect(await at.now(push)).toMatchObject({ state: 'read', outcome: { kind: 'failed' } });
  });

  const anHourAfter = ({ at }: Push) => new Date(Date.parse(at) + 3_600_000);

  it('that refuses the token leaves the push pending for an hour, and then fails it, with what to do', async () => {
    host.refusing = 403;
    const push = await at.push();
    expect(await read(push)).toBeUndefined();
    host.refusing = 0;
    expect(await read(push)).toMatchObject({ kind: 'deployments' });
    host.refusing = 403;
    const other = await at.push({ commit: NEXT, before: NEW });
    expect(await readPush(other, anHourAfter(other))).toMatchObject({
      kind: 'failed',
      problems: [{ code: 'CONNECTION_DENIED', hint: expect.stringContaining('pilot connect') }],
    });
  });

  it('that knows no such repository any more fails the push after an hour, and takes it for no deleted branch', async () => {
    host.repositories = {};
    const push = await at.push();
    expect(await read(push)).toBeUndefined();
    expect(await readPush(push, anHourAfter(push))).toMatchObject({
      kind: 'failed',
      problems: [{ code: 'REPOSITORY_MISSING' }],
    });
  });

  it('that refuses a token which was changed meanwhile is asked with the new one at once', async () => {
    const secrets = new SecretsManagerClient({ endpoint: emulatorUrl() });
    const Name = tokenId(at.connection.id);
    const { ARN: SecretId } = await secrets.send(new CreateSecretCommand({ Name, SecretString: 'old' }));
    forgetAll();
    host.token = 'old';
    const push = await at.push();
    await readPush(push, new Date());
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'new' }));
    host.token = 'new';
    expect(await readPush(push, new Date())).toMatchObject({ kind: 'deployments' });
    host.token = undefined;
    await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    forgetAll();
  });
});
