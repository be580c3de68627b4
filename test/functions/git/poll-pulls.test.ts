import { handler } from '../../../functions/git/poll.ts';
import { poll } from '../../../shared/git/reading/poll.ts';
import { keepConnection } from '../../../shared/ledger/connections.ts';
import { claimPull, lastToldOf } from '../../../shared/ledger/pulls.ts';
import { REPOSITORY } from '../../git/reading/manifests.ts';
import type { FakeGitHost, FakePull } from '../../support/github-api.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { type Connected, connected, gitStage, NEW, NEXT, OLD } from './repository.ts';

let stage: Stage;
let host: FakeGitHost;
let at: Connected;
let pulls: Record<number, FakePull>;
beforeAll(async () => {
  stage = await setStage();
  host = await gitStage();
});
afterAll(() => Promise.all([stage.close(), host.close()]));
beforeEach(async () => {
  await stage.fresh();
  at = await connected(stage, host);
  pulls = { 7: { commit: NEXT, branch: 'topic' } };
  at.repository.pulls = pulls;
});

const told = () => stage.events.filter(({ name }) => name === 'PullRequestReceived').map(({ detail }) => detail);
const numbers = () => told().map(({ number }) => number);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
/** What the webhook does. */
async function webhook(commit: string | undefined, body: string, isPassedOn = true): Promise<void> {
  const claim = await claimPull({
    ...{ connection: at.connection.id, number: 7, commit, at: new Date() },
    body: Buffer.from(body),
  });
  if (isPassedOn) await claim?.done();
}

describe('webhook pull request: one whose webhook was lost', () => {
  it('is told by the poll, once for each head', async () => {
    await handler();
    await handler();
    const of = { connection: at.connection.id, repository: REPOSITORY, number: 7, branch: 'topic', base: 'main' };
    expect(told()).toEqual([{ ...of, commit: NEXT, isForeign: false }]);
    expect(await lastToldOf(at.connection.id, 7)).toBe(NEXT);
    pulls[7] = { commit: OLD, branch: 'topic', isForeign: true };
    await handler();
    await handler();
    expect(told().slice(1)).toEqual([{ ...of, commit: OLD, isForeign: true }]);
  });

  it('is none where the webhook told of that head, and one where its commits changed since', async () => {
    await webhook(NEXT, 'opened');
    await handler();
    expect(told()).toEqual([]);
    pulls[7] = { commit: NEW, branch: 'topic' };
    await handler();
    expect(told()).toMatchObject([{ commit: NEW }]);
  });

  it('is one whose webhook was not passed on', async () => {
    await webhook(NEXT, 'opened', false);
    await handler();
    expect(told()).toMatchObject([{ commit: NEXT }]);
  });

  it('is one that was closed, and opened again', async () => {
    await webhook(NEXT, 'opened');
    await webhook(undefined, 'closed');
    await handler();
    expect(numbers()).toEqual([7]);
  });

  it('is none that is closed, that nobody touched for a week, or since the repository was connected', async () => {
    Object.assign(pulls, {
      7: { commit: NEXT, branch: 'topic', state: 'closed' },
      8: { commit: NEXT, branch: 'topic', state: 'merged' },
      9: { commit: NEXT, branch: 'topic', updatedAt: daysAgo(8).toISOString() },
      10: { commit: NEXT, branch: 'topic', updatedAt: daysAgo(2).toISOString() },
    });
    await keepConnection({ ...at.connection, createdAt: daysAgo(1).toISOString() });
    await handler();
    expect(told()).toEqual([]);
    await keepConnection({ ...at.connection, createdAt: daysAgo(30).toISOString() });
    await handler();
    expect(numbers()).toEqual([10]);
  });

  it('is told in the next round where there are many', async () => {
    for (let number = 1; number <= 25; number++) pulls[number] = { commit: NEXT, branch: `topic-${number}` };
    await handler();
    expect(told()).toHaveLength(20);
    await handler();
    expect(new Set(numbers()).size).toBe(25);
    expect(told()).toHaveLength(25);
  });

  it('is told again where the bus did not take it', async () => {
    stage.failing.PutEvents = 4;
    await expect(handler()).rejects.toThrow();
    expect(await lastToldOf(at.connection.id, 7)).toBeUndefined();
    await handler();
    expect(numbers()).toEqual([7]);
  });

  it('is not looked for by a token that may not, and pushes are all the same', async () => {
    await poll(daysAgo(0));
    at.repository.branches.main = NEXT;
    host.refused = /\/pulls$/;
    await handler();
    host.refused = undefined;
    expect(stage.events.filter(({ name }) => name === 'PushReceived')).toMatchObject([{ detail: { commit: NEXT } }]);
  });
});
