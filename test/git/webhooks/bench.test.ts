import { execFile } from 'node:child_process';
import type { Burst } from '../../../bench/webhook/burst.ts';
import { endedOf } from '../../../bench/webhook/ended.ts';
import {
  missedByAnswers,
  missedByBurst,
  missedByCalls,
  missedByTime,
  missedByWholeWay,
} from '../../../bench/webhook/judged.ts';
import { percentile } from '../../../bench/webhook/sender.ts';
import { trafficOf } from '../../../bench/webhook/traffic.ts';
import type { Push } from '../../../shared/ledger/pushes.ts';

const usual: Burst = {
  ...{ webhooks: 10, seconds: 1, statuses: {}, unanswered: 0, wrong: [], cold: [300], load: 1 },
  ...{ p50: 20, p95: 90, max: 200, worked: 5, waited: 1 },
  ended: {
    ...{ accepted: 6, deployments: 3, superseded: 2, ignored: 1, otherwise: 0, lost: 0, wrongHeads: 0 },
    ...{ twice: 0, wrongStarts: 0, foundByPoll: 0, pending: 0 },
  },
};

describe('webhook: what the bench sends', () => {
  const { webhooks, pushes } = trafficOf({ webhooks: 1_000, repositories: 20, ms: 10_000 });

  it('is 1,000 in ten seconds, 400 of them pushes of commits that follow each other in 60 branches', () => {
    expect(webhooks).toHaveLength(1_000);
    expect(Math.max(...webhooks.map(({ at }) => at))).toBeLessThan(10_000);
    expect(new Set(pushes.map(({ commit }) => commit)).size).toBe(400);
    expect(new Set(pushes.map(({ repository, branch }) => `${repository} ${branch}`)).size).toBe(60);
    const main = pushes.filter(({ repository, branch }) => repository.endsWith('shop-1') && branch === 'main');
    expect(main.map(({ turn }) => turn)).toEqual(main.map((_, turn) => turn));
  });
});

describe('webhook: what the bench finds of pushes that were accepted', () => {
  const [pushed] = trafficOf({ webhooks: 10, repositories: 1, ms: 10 }).pushes.map((one) => ({
    ...one,
    isSkipped: false,
  }));
  if (!pushed) throw new Error('there is no push');
  const { repository, commit } = pushed;
  const push = { id: 'p', commit, outcome: { kind: 'deployments', deployments: ['d'] } } as unknown as Push;
  const request = { deployment: 'd', pilot: 'shop-1', environment: 'production', trigger: { commit } };
  const right = { pushes: [push], executions: ['d'], requests: [request], found: 0, pending: 0 };
  const answers = [{ status: 202, outcome: 'accepted', push: 'p' }];

  it('is that each ended, was started once, and that the last commit is deployed', () => {
    expect(repository).toBe('github.com/acme/shop-1');
    const none = { otherwise: 0, lost: 0, wrongHeads: 0, wrongStarts: 0, twice: 0 };
    expect(endedOf(answers, [pushed], right)).toMatchObject({ accepted: 1, deployments: 1, ...none });
  });

  it.each([
    ['one that is recorded nowhere', { pushes: [] }, { lost: 2 }],
    ['one that was never read', { pushes: [{ ...push, outcome: undefined } as unknown as Push] }, { otherwise: 1 }],
    ['a deployment that was not started', { executions: [] }, { wrongStarts: 1 }],
    ['an execution of no deployment', { executions: ['d', 'e'] }, { wrongStarts: 1 }],
    ['a last commit that is not deployed', { requests: [] }, { wrongHeads: 1 }],
    ['a last commit that is deployed twice', { requests: [request, { ...request, deployment: 'e' }] }, { twice: 1 }],
  ])('is %s', (_, more, found) => {
    expect(endedOf(answers, [pushed], { ...right, ...more })).toMatchObject(found);
  });
});

describe('webhook: what the bench calls missed', () => {
  it.each<[string, Partial<Burst>]>([
    ['one that is not answered', { unanswered: 1 }],
    ['an answer that is not right', { wrong: ['push: 503 unavailable'] }],
    ['a push that is lost', { ended: { ...usual.ended, lost: 1 } }],
    ['a push that nobody read', { ended: { ...usual.ended, pending: 1 } }],
    ['a push that did not end', { ended: { ...usual.ended, deployments: 2 } }],
  ])('is %s', (_, more) => {
    expect(missedByBurst(usual, 'burst 1')).toEqual([]);
    expect(missedByBurst({ ...usual, ...more }, 'burst 1')).toHaveLength(1);
  });

  it('is the time of the quickest, and says where its processes had to wait for a core', () => {
    const slow = { ...usual, p95: 300 };
    expect(missedByTime([slow, usual])).toEqual([]);
    expect(missedByTime([slow])).toEqual(['95 of 100 answered within 300 ms, the goal is 300']);
    expect(missedByTime([{ ...slow, waited: 5.1 }])).toEqual([expect.stringContaining('others work on this machine')]);
  });

  it('is a call too many, an unexpected error, one that is accepted and must not be, or is not recorded', () => {
    const calls = { what: 'a push', of: 20, calls: {}, each: 3, most: 3 };
    expect(missedByCalls([calls])).toEqual([]);
    expect(missedByCalls([{ ...calls, each: 3.05 }])).toHaveLength(1);
    const answers = { what: 'forged', sent: 1, answers: {}, errors: 0, accepted: 0, wrong: [] };
    expect(missedByAnswers([answers])).toEqual([]);
    expect(missedByAnswers([{ ...answers, errors: 1, accepted: 1, wrong: ['202'] }])).toHaveLength(3);
    const whole = { ...answers, p50: 1, p95: 1, max: 1, accepted: 4, recorded: 4 };
    expect(missedByWholeWay(whole)).toEqual([]);
    expect(missedByWholeWay({ ...whole, recorded: 3 })).toHaveLength(1);
  });

  it('counts so many in a hundred', () => {
    const all = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect([50, 95, 100].map((percent) => percentile(all, percent))).toEqual([50, 95, 100]);
    expect(percentile([], 95)).toBe(0);
  });
});

describe('webhook: the bench, run with less', () => {
  it('prints tables, its figures as JSON in the last line, and misses nothing', async () => {
    const { code, out } = await new Promise<{ code: unknown; out: string }>((ended) =>
      execFile(process.execPath, ['bench/webhook.ts', '--small'], { maxBuffer: 10_000_000 }, (error, out, said) =>
        ended({ code: error?.code ?? 0, out: out || said }),
      ),
    );
    const { ok, missed, answers, bursts } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
    expect(missed).toEqual([]);
    expect([code, ok]).toEqual([0, true]);
    expect(answers.map(({ sent }: { sent: number }) => sent)).toEqual([329, 49, 100]);
    expect(bursts[0]).toMatchObject({ webhooks: 100, unanswered: 0, ended: { lost: 0, pending: 0 } });
  }, 180_000);
});
