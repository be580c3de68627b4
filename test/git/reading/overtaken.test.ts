import { handler as poll } from '../../../functions/git/poll.ts';
import { handler as readPush } from '../../../functions/git/read-push.ts';
import { listPushes, type Push } from '../../../shared/ledger/pushes.ts';
import { type Connected, connected, gitStage, NEW, NEXT, OLD } from '../../functions/git/repository.ts';
import type { FakeGitHost } from '../../support/github-api.ts';
import { type Stage, setStage } from '../../support/stage.ts';

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

const read = ({ id }: Push) => readPush({ detail: { push: id } } as Parameters<typeof readPush>[0]);
const recorded = async () => (await listPushes(at.connection.id, 10)).map(({ commit, via }) => `${commit[0]} ${via}`);
/** The webhook of NEXT overtook that of NEW, which came before it. */
async function overtaken() {
  at.repository.branches.main = NEXT;
  const later = await at.push({ commit: NEXT, before: NEW }, new Date('2026-11-21T01:00:00Z'));
  const earlier = await at.push({ commit: NEW, before: OLD }, new Date('2026-11-21T01:00:01Z'));
  return { later, earlier };
}

describe('webhook: one that was overtaken by the next push of its branch', () => {
  it('makes the poll find nothing: what the branch points to was recorded', async () => {
    const { later, earlier } = await overtaken();
    await read(later);
    await read(earlier);
    await poll();
    expect(await recorded()).toEqual(['b webhook', 'c webhook']);
    expect(stage.events.filter(({ name }) => name === 'PushReceived')).toEqual([]);
  });

  it('makes it find what is pushed after that', async () => {
    const { later, earlier } = await overtaken();
    await read(later);
    await read(earlier);
    at.repository.branches.main = 'd'.repeat(40);
    await poll();
    expect(await recorded()).toContain('d poll');
  });

  it('is waited for where it is not read yet', async () => {
    await overtaken();
    await poll();
    expect(await recorded()).toEqual(['b webhook', 'c webhook']);
  });
});

describe('webhook: a branch that was moved back to what it was', () => {
  it('without a webhook is found, though that commit was recorded before', async () => {
    at.repository.branches.main = NEW;
    await read(await at.push({ commit: NEW, before: OLD }, new Date('2026-11-21T01:00:00Z')));
    at.repository.branches.main = NEXT;
    await read(await at.push({ commit: NEXT, before: NEW }, new Date('2026-11-21T01:00:01Z')));
    at.repository.branches.main = NEW;
    await poll();
    expect(await recorded()).toEqual(['b poll', 'c webhook', 'b webhook']);
  });
});
