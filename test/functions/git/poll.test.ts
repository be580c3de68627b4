import { handler } from '../../../functions/git/poll.ts';
import { transact } from '../../../shared/aws/table.ts';
import { poll } from '../../../shared/git/reading/poll.ts';
import { readPush } from '../../../shared/git/reading/read-push.ts';
import { connectionId, forgetConnection, keepConnection } from '../../../shared/ledger/connections.ts';
import { headKey } from '../../../shared/ledger/push.ts';
import { branchHeads, listPushes } from '../../../shared/ledger/pushes.ts';
import { REPOSITORY } from '../../git/reading/manifests.ts';
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
});

const received = () => stage.events.filter(({ name }) => name === 'PushReceived').map(({ detail }) => detail);
const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);

describe('webhook: a poll', () => {
  it('records a push whose webhook was lost, once, and has it read', async () => {
    await at.push({}, later(-1));
    at.repository.branches.main = NEXT;
    await handler();
    await handler();
    const [push] = await listPushes(at.connection.id, 10);
    expect(push).toMatchObject({ commit: NEXT, before: NEW, via: 'poll', state: 'pending', repository: REPOSITORY });
    expect(received()).toEqual([
      {
        push: push?.id,
        connection: at.connection.id,
        repository: REPOSITORY,
        ref: { kind: 'branch', name: 'main' },
        commit: NEXT,
      },
    ]);
  });

  it('takes what a branch points to when it is first looked at for no push, and what it points to next for one', async () => {
    await handler();
    expect(received()).toEqual([]);
    at.repository.branches.main = NEXT;
    await handler();
    expect(received()).toMatchObject([{ commit: NEXT }]);
    expect(await listPushes(at.connection.id, 10)).toHaveLength(1);
  });

  it('looks at the branches that the manifests name, also at one that comes only later', async () => {
    await keepConnection({ ...at.connection, branches: ['develop'], tags: [] });
    await handler();
    at.repository.branches.develop = NEXT;
    await handler();
    expect(received()).toMatchObject([{ ref: { kind: 'branch', name: 'develop' }, commit: NEXT }]);
  });

  it('records nothing where a webhook told of it meanwhile', async () => {
    await at.push({ commit: OLD, before: NEXT });
    // The provider has answered with the head, and the webhook comes before the poll hears it.
    host.meanwhile = async () => {
      host.meanwhile = () => at.push({ commit: NEXT, before: NEW });
    };
    await handler();
    expect(await branchHeads(at.connection.id)).toMatchObject([{ commit: NEXT }]);
    expect(await listPushes(at.connection.id, 10)).toHaveLength(2);
    expect(received()).toEqual([]);
  });

  it('reads pushes again that could not be read, and leaves those to who reads them right now', async () => {
    const push = await at.push();
    await poll(later(2));
    expect(await at.now(push)).toMatchObject({ state: 'pending' });
    await poll(later(4));
    expect(await at.now(push)).toMatchObject({ state: 'read', outcome: { kind: 'deployments' } });
  });

  it('takes what was recorded before the repository was connected again for nothing, and what comes next for a push', async () => {
    await at.push({ ref: { kind: 'branch', name: 'develop' } }, later(-60));
    await at.push({}, later(-60));
    await forgetConnection(at.connection.id);
    await keepConnection({ ...at.connection, createdAt: new Date().toISOString() });
    Object.assign(at.repository.branches, { main: NEXT, develop: NEXT });
    await handler();
    await keepConnection({ ...at.connection, branches: ['develop'], createdAt: later(-1).toISOString() });
    await handler();
    await handler();
    expect(received()).toEqual([]);
    at.repository.branches.main = OLD;
    await handler();
    expect(received()).toMatchObject([{ commit: OLD }]);
  });

  it('finds a branch that came back, unheard of, to a commit whose push was superseded', async () => {
    const push = await at.push({}, later(-1));
    at.repository.branches.main = NEXT;
    expect(await readPush(push, new Date())).toMatchObject({ kind: 'superseded' });
    at.repository.branches.main = NEW;
    await handler();
    await handler();
    expect(received()).toMatchObject([{ commit: NEW }]);
  });

  it('reads no push again that failed', async () => {
    at.repository.files = {};
    expect(await readPush(await at.push(), new Date())).toMatchObject({ kind: 'failed' });
    await handler();
    expect(received()).toEqual([]);
  });

  it('knows the default branch’s last push among a thousand tags and a thousand branches', async () => {
    const names = Array.from({ length: 1_001 }, (_, index) => `n${index}`);
    await at.push();
    const row = (kind: 'branch' | 'tag', name: string) => ({
      ...{
        key: headKey(at.connection.id, { kind, name }),
        update: 'SET #ref = :ref, #commit = :c, push = :p, #at = :at',
      },
      names: { '#ref': 'ref', '#commit': 'commit', '#at': 'at' },
      values: { ':ref': { kind, name }, ':c': NEW, ':p': 'p', ':at': later(-60).toISOString() },
    });
    for (const kind of ['tag', 'branch'] as const)
      for (let from = 0; from < names.length; from += 100)
        await transact(names.slice(from, from + 100).map((name) => row(kind, name)));
    at.repository.branches.main = NEXT;
    await handler();
    expect(received()).toMatchObject([{ commit: NEXT, ref: { name: 'main' } }]);
  }, 60_000);

  it('fails when a repository cannot be looked at, and looks at the others all the same', async () => {
    const gone = 'github.com/acme/gone';
    await keepConnection({ ...at.connection, id: connectionId(gone), repository: gone });
    await at.push();
    at.repository.branches.main = NEXT;
    await expect(handler()).rejects.toThrow(/^1 /);
    expect(received()).toMatchObject([{ repository: REPOSITORY }]);
  });
});
