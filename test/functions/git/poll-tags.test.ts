import { handler } from '../../../functions/git/poll.ts';
import { readPush } from '../../../shared/git/reading/read-push.ts';
import { findConnection, keepConnection } from '../../../shared/ledger/connections.ts';
import { listPushes } from '../../../shared/ledger/pushes.ts';
import { gitManifest } from '../../git/reading/manifests.ts';
import type { FakeGitHost } from '../../support/github-api.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { type Connected, connected, gitStage, NEW, NEXT, OLD } from './repository.ts';

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
  says(', tags: v');
});

/** What the manifest says of `source.git`. */
const says = (git: string, commit = NEW) => {
  at.repository.files[commit] = { 'pilot.yaml': gitManifest('acme-shop', { git }) };
};
const received = () => stage.events.filter(({ name }) => name === 'PushReceived').map(({ detail }) => detail);
const tagsReceived = () => received().map(({ ref }) => (ref as { name: string }).name);
const lists = () => host.asked.filter((path) => path.includes('/matching-refs/'));

describe('webhook: a poll of tags', () => {
  it('records a tag whose webhook was lost, once, and has it read', async () => {
    at.repository.tags['v1.0'] = OLD;
    await handler();
    at.repository.tags['v1.1'] = { object: 'e'.repeat(40), commit: NEW };
    await handler();
    await handler();
    const [push, ...others] = await listPushes(at.connection.id, 10);
    expect(others).toEqual([]);
    expect(push).toMatchObject({ ref: { kind: 'tag', name: 'v1.1' }, commit: NEW, via: 'poll', state: 'pending' });
    expect(received()).toMatchObject([{ push: push?.id, ref: { kind: 'tag', name: 'v1.1' }, commit: NEW }]);
    if (push) expect(await readPush(push, new Date())).toMatchObject({ kind: 'deployments' });
  });

  it('takes no tag for a push that is there at the first look, however the connection came to it', async () => {
    at.repository.tags = { 'v1.0': OLD, 'v1.1': NEW };
    // As an earlier version noted it, which looked at no tags.
    await keepConnection({ ...at.connection, branches: ['main'] });
    await handler();
    await handler();
    expect(received()).toEqual([]);
    expect(await findConnection(at.connection.id)).toMatchObject({ branches: ['main'], tags: ['v'] });
  });

  it('takes none for a push that is there when its beginning comes into the manifest', async () => {
    at.repository.tags = { 'v1.0': OLD, 'release-1': OLD };
    await handler();
    says(', tags: release-', NEXT);
    at.repository.branches.main = NEXT;
    await readPush(await at.push({ commit: NEXT, before: NEW }), new Date());
    await handler();
    expect(tagsReceived()).toEqual([]);
    Object.assign(at.repository.tags, { 'release-2': NEXT, 'v1.1': NEXT });
    await handler();
    expect(tagsReceived()).toEqual(['release-2']);
  });

  it('takes none for a push that was there when the repository was connected again', async () => {
    await handler();
    at.repository.tags['v1.0'] = OLD;
    await keepConnection({ ...at.connection, createdAt: new Date().toISOString() });
    await handler();
    await handler();
    expect(received()).toEqual([]);
  });

  it('records none that its webhook told of', async () => {
    await handler();
    at.repository.tags['v1.0'] = NEW;
    await at.push({ ref: { kind: 'tag', name: 'v1.0' } });
    await handler();
    expect(received()).toEqual([]);
  });

  it('leaves a tag alone that was moved, or made again: its webhook alone counts', async () => {
    at.repository.tags['v1.0'] = OLD;
    await at.push({ ref: { kind: 'tag', name: 'v1.1' }, commit: OLD });
    await handler();
    Object.assign(at.repository.tags, { 'v1.0': NEW, 'v1.1': NEW });
    await handler();
    expect(received()).toEqual([]);
  });

  it('records the older version first, so that the newer one is the newer push', async () => {
    await handler();
    Object.assign(at.repository.tags, { 'v1.10': NEW, 'v1.9': OLD });
    await handler();
    expect(tagsReceived()).toEqual(['v1.9', 'v1.10']);
    const pushes = await listPushes(at.connection.id, 10);
    const [older, newer] = ['v1.9', 'v1.10'].map((name) => pushes.find(({ ref }) => ref.name === name)?.at ?? '');
    expect(String(older) < String(newer)).toBe(true);
  });

  it('deploys none of many that came at once, as with the history of something else', async () => {
    await handler();
    for (const name of ['v1', 'v2', 'v3', 'v4']) at.repository.tags[name] = OLD;
    await handler();
    at.repository.tags.v5 = NEW;
    await handler();
    expect(tagsReceived()).toEqual(['v5']);
  });

  it('asks for no tags, and for no pull requests, where none deploys', async () => {
    says('');
    await handler();
    expect(lists()).toEqual([]);
    at.repository.files[NEW] = {
      'pilot.yaml': 'apiVersion: pilotage/v1\nname: acme-shop\ntarget: static\nsource: { artifact: a.zip }\n',
    };
    await keepConnection({ ...at.connection, id: '0123456789ab' });
    host.asked.length = 0;
    await handler();
    expect(lists()).toEqual([]);
    expect(await findConnection('0123456789ab')).toMatchObject({ branches: [], tags: [] });
    expect(host.asked.filter((path) => path.endsWith('/pulls'))).toHaveLength(1);
  });

  it('reads no manifests where it is noted what deploys', async () => {
    await handler();
    host.asked.length = 0;
    await handler();
    expect(host.asked.filter((path) => path.includes('/contents/'))).toEqual([]);
    expect(lists()).toHaveLength(1);
  });

  it('keeps looking by what was noted while a manifest is broken', async () => {
    await handler();
    at.repository.branches.main = NEXT;
    at.repository.files[NEXT] = { 'pilot.yaml': 'name: [' };
    await readPush(await at.push({ commit: NEXT, before: NEW }), new Date());
    expect(await findConnection(at.connection.id)).toMatchObject({ branches: ['main'], tags: ['v'] });
  });
});
