import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { WorkingCopy } from '../../../local/git/working-copy.ts';
import { readPush } from '../../../shared/git/reading/read-push.ts';
import { tokenId } from '../../../shared/git/secrets.ts';
import { connectionId } from '../../../shared/ledger/connections.ts';
import { gitManifest, REPOSITORY } from '../../git/reading/manifests.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { serveGitHub } from '../../support/github-api.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { type Connected, connected } from './repository.ts';

const NAME = 'acme/shop';
const ref = { kind: 'tag', name: 'v1' } as const;
/** So long a provider may show what was before a push. */
const BEHIND_MS = 600_000;

let stage: Stage;
let git: GitServer;
let copy: WorkingCopy;
let at: Connected;
let first: string;
let second: string;
beforeAll(async () => {
  stage = await setStage();
  git = await gitServer();
  process.env.INSTALLATION = `pilotage-tags-${process.pid}`;
  const secrets = new SecretsManagerClient({ endpoint: emulatorUrl() });
  await secrets.send(new CreateSecretCommand({ Name: tokenId(connectionId(REPOSITORY)), SecretString: git.token }));
  copy = await git.workOn(NAME);
  first = await copy.commit({ 'pilot.yaml': gitManifest('acme-shop', { git: ', tags: v' }) });
  second = await copy.commit({ 'readme.md': 'second' });
  await copy.push();
});
beforeEach(async () => {
  await stage.fresh();
  at = await connected(stage, { ...(await unused()), api: git.api });
});
afterAll(() => Promise.all([stage.close(), git.stop()]));

/** What `connected` writes the provider’s repository into: here the real one answers. */
const unused = async () => {
  const host = await serveGitHub();
  await host.close();
  return host;
};
/** Points the tag at a commit. @returns what a provider may tell of it: an annotated tag’s own object. */
async function tag(commit: string, message?: string): Promise<string> {
  const object = await copy.tag(ref.name, { commit, ...(message !== undefined && { message }) });
  await copy.forcePush(ref.name);
  return object;
}
const pushed = (commit: string) => at.push({ ref, commit });
const asked = () => stage.events.filter(({ name }) => name === 'DeploymentRequested').map(({ detail }) => detail);
const later = () => new Date(Date.now() + BEHIND_MS);

describe('webhook: a tag that is pushed', () => {
  it('deploys and tells the commit below, where what was told is the annotated tag’s own object', async () => {
    const push = await pushed(await tag(first, 'The first'));
    expect(push.commit).not.toBe(first);
    expect(await readPush(push, new Date())).toMatchObject({ kind: 'deployments' });
    expect(asked()).toMatchObject([
      { trigger: { commit: first, ref, key: `pushes/acme-shop/production/${first}/pilot.yaml` } },
    ]);
    expect(stage.events.find(({ name }) => name === 'PushRead')?.detail).toMatchObject({ commit: first });
  });

  it('deploys its commit where that was told, annotated or not', async () => {
    for (const message of [undefined, 'The first']) {
      await stage.fresh();
      at = await connected(stage, { ...(await unused()), api: git.api });
      await tag(first, message);
      expect(await readPush(await pushed(first), new Date())).toMatchObject({ kind: 'deployments' });
      expect(asked()).toMatchObject([{ trigger: { commit: first } }]);
    }
  });

  it('and was moved is superseded where the next push of it is known, which deploys', async () => {
    const before = await pushed(await tag(first, 'The first'));
    const after = await pushed(await tag(second, 'The first, again'));
    expect(await readPush(before, new Date())).toEqual({ kind: 'superseded', by: second });
    expect(await readPush(after, new Date())).toMatchObject({ kind: 'deployments' });
    expect(asked()).toMatchObject([{ trigger: { commit: second } }]);
  });

  it('deploys also where an older push of it was heard of only later', async () => {
    const older = await tag(first, 'The first');
    const push = await pushed(await tag(second, 'The first, again'));
    await pushed(older);
    expect(await readPush(push, new Date())).toMatchObject({ kind: 'deployments' });
    expect(asked()).toMatchObject([{ trigger: { commit: second } }]);
  });

  it('and was moved unheard of deploys what it points to, once the provider can no longer be behind', async () => {
    for (const message of [undefined, 'The first']) {
      await stage.fresh();
      at = await connected(stage, { ...(await unused()), api: git.api });
      const push = await pushed(await tag(first, message));
      await tag(second, message);
      expect(await readPush(push, new Date())).toMatchObject({ kind: 'later', isSoon: true });
      expect(asked()).toEqual([]);
      expect(await readPush(push, later())).toMatchObject({ kind: 'deployments' });
      expect(asked()).toMatchObject([{ trigger: { commit: second } }]);
    }
  });

  it('and is gone deploys nothing', async () => {
    const push = await pushed(await tag(first, 'The first'));
    await copy.remove(ref.name);
    expect(await readPush(push, later())).toEqual({ kind: 'ignored', reason: 'the tag v1 is gone' });
  });

  it('of a commit that is to be skipped deploys nothing', async () => {
    const skipped = await copy.commit({ 'readme.md': 'third' }, 'Wording\n\nfor now [skip deploy]');
    expect(await readPush(await pushed(await tag(skipped, 'The third')), new Date())).toMatchObject({
      kind: 'ignored',
    });
  });
});
