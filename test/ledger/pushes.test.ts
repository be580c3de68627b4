import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { PushTold } from '../../shared/git/told.ts';
import {
  branchHeads,
  findPush,
  headOf,
  listPushes,
  notePush,
  type PushOutcome,
  type PushToRecord,
  pendingPushes,
  recordPush,
} from '../../shared/ledger/pushes.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { type Faulty, faultsBefore } from '../support/faulty.ts';
import { type Stage, setStage } from '../support/stage.ts';

const CONNECTION = '0123456789ab';
const AT = new Date('2026-11-21T01:57:15.250Z');
const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];

let stage: Stage;
let faulty: Faulty;
beforeAll(async () => {
  stage = await setStage();
  faulty = await faultsBefore(emulatorUrl());
  process.env.AWS_ENDPOINT_URL_DYNAMODB = faulty.url;
});
beforeEach(() => stage.fresh());
afterEach(() => faulty.heal());
afterAll(async () => {
  await stage.close();
  await faulty.close();
});

const told = (commit: string, more: Partial<PushTold> = {}): PushTold => ({
  told: 'push',
  ref: { kind: 'branch', name: 'main' },
  commit,
  ...more,
});
const record = (push: PushTold, more: Partial<PushToRecord> = {}) =>
  recordPush({ connection: CONNECTION, repository: 'github.com/acme/shop', push, via: 'webhook', at: AT, ...more });
const body = (text: string) => ({ body: Buffer.from(text) });

async function recorded(push: PushTold, more: Partial<PushToRecord> = {}) {
  const made = await record(push, more);
  if (made.outcome !== 'recorded') throw new Error(`it is a duplicate of ${made.push}`);
  return made.push;
}
/** The first try is told apart from the second, as it is after ten minutes. */
const otherToken = (text: string) => text.replace(/"ClientRequestToken":"[^"]*"/, '"ClientRequestToken":"x"');
const pushes = () => listPushes(CONNECTION, 100);

describe('webhook: a push that is recorded', () => {
  it('can be found by its id, is pending, and is the head of its ref', async () => {
    const push = await recorded(told(B, { before: A, forced: true, message: 'Sell shoes', by: 'ada' }), body('1'));
    expect(push).toEqual({
      id: expect.stringMatching(/^0123456789ab-20261121T015715Z-[0-9a-f]{12}$/),
      connection: CONNECTION,
      repository: 'github.com/acme/shop',
      ref: { kind: 'branch', name: 'main' },
      commit: B,
      before: A,
      forced: true,
      message: 'Sell shoes',
      by: 'ada',
      at: AT.toISOString(),
      via: 'webhook',
      state: 'pending',
    });
    expect(await findPush(push.id)).toMatchObject(push);
    expect((await pendingPushes()).map(({ id }) => id)).toEqual([push.id]);
    expect(await branchHeads(CONNECTION)).toMatchObject([{ ref: push.ref, commit: B, push: push.id }]);
  });

  it('is listed newest first, and by its own connection alone', async () => {
    const older = await recorded(told(A));
    const newer = await recorded(told(B), { at: new Date(AT.getTime() + 1000) });
    await recorded(told(A), { connection: 'ffffffffffff' });
    expect((await pushes()).map(({ id }) => id)).toEqual([newer.id, older.id]);
    expect(await pendingPushes()).toHaveLength(3);
  });

  it('is kept for 400 days, its bytes for 90, and what the ref points to for ever', async () => {
    const push = await recorded(told(A), body('1'));
    const expiry = async (pk: string, sk: string) => {
      const Key = { pk: { S: pk }, sk: { S: sk } };
      const { Item } = await new DynamoDBClient({}).send(
        new GetItemCommand({ TableName: process.env.TABLE ?? '', Key }),
      );
      return (unmarshall(Item ?? {}).expiresAt - Math.floor(AT.getTime() / 1000)) / 86_400;
    };
    expect(await expiry(`PUSHES#${CONNECTION}`, `PUSH#${push.id}`)).toBe(400);
    expect(await expiry('PENDING_PUSHES', push.id)).toBe(400);
    expect(await expiry(`PUSHES#${CONNECTION}`, 'HEAD#branch#main')).toBeNaN();
    const written = faulty.seen.findLast((text) => text.includes('DELIVERY#')) ?? '';
    expect(await expiry(/DELIVERY#[0-9a-f]{64}/.exec(written)?.[0] ?? '', 'DELIVERY')).toBe(90);
  });

  it('nothing is found by what is no id', async () => {
    expect(await findPush('acme_production_20261121T000000Z-0123456789ab')).toBeUndefined();
    expect(await findPush(`${CONNECTION}-20261121T000000Z-0123456789ab`)).toBeUndefined();
  });
});

describe('webhook: a push counts once', () => {
  it('when two deliveries of the same commit come at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => record(told(A), body(`delivery ${index}`))),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
    expect(await pushes()).toHaveLength(1);
    const [push] = await pushes();
    for (const { push: of } of outcomes) expect(typeof of === 'string' ? of : of?.id).toBe(push?.id);
  });

  it('when the same bytes come again, also after the ref has moved on', async () => {
    const first = await recorded(told(A), body('first'));
    await recorded(told(B), body('second'));
    expect(await record(told(A), body('first'))).toEqual({ outcome: 'duplicate', push: first.id });
    expect(await branchHeads(CONNECTION)).toMatchObject([{ commit: B }]);
    expect(await pushes()).toHaveLength(2);
  });

  it('when the poll has found its commit before the webhook comes', async () => {
    const found = await recorded(told(A), { via: 'poll' });
    expect(await record(told(A), body('late'))).toEqual({ outcome: 'duplicate', push: found.id });
  });

  it('but each time that a ref comes back to a commit, within one second as well', async () => {
    const ids = [];
    for (const [index, commit] of [A, B, A, B, A].entries())
      ids.push((await recorded(told(commit), body(`push ${index}`))).id);
    expect(new Set(ids).size).toBe(5);
  });

  it('but for each ref: a tag and a branch of one name, of one body, are two', async () => {
    await recorded(told(A), body('both'));
    await recorded(told(A, { ref: { kind: 'tag', name: 'main' } }), body('both'));
    expect(await pushes()).toHaveLength(2);
  });

  it('and many at once of one ref are all recorded', async () => {
    const commits = Array.from({ length: 6 }, (_, index) => String(index).repeat(40));
    const outcomes = await Promise.all(commits.map((commit) => record(told(commit), body(commit))));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(commits.map(() => 'recorded'));
    expect((await pushes()).map(({ commit }) => commit).sort()).toEqual(commits);
  });
});

describe('webhook: a push that came to nothing', () => {
  const wrong: PushOutcome = { kind: 'failed', problems: [{ code: 'CONNECTION_DENIED', message: 'no' }] };

  it('and failed is read once more when it is sent again: the same bytes or others, once until it fails again', async () => {
    const first = await recorded(told(A, { before: B }), body('1'));
    await notePush(first.id, wrong);
    const again = await Promise.all(Array.from({ length: 20 }, () => record(told(A, { before: B }), body('1'))));
    expect(again.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
    const [second] = await pendingPushes();
    expect(second?.id).not.toBe(first.id);
    await notePush(second?.id ?? '', wrong);
    const third = await recorded(told(A, { before: B }), body('others'));
    await notePush(third.id, { kind: 'deployments', deployments: ['x'] });
    for (const text of ['1', 'others', 'more'])
      expect(await record(told(A, { before: B }), body(text))).toMatchObject({ outcome: 'duplicate' });
  });

  it('and failed stays a duplicate by its bytes once its ref has moved on', async () => {
    const first = await recorded(told(A), body('1'));
    await notePush(first.id, wrong);
    const next = await recorded(told(B), body('2'));
    await notePush(next.id, wrong);
    expect(await record(told(A), body('1'))).toEqual({ outcome: 'duplicate', push: first.id });
  });

  it('since another was there already is no reason to ignore that its ref comes back to it; its own bytes are', async () => {
    const first = await recorded(told(A), body('1'));
    await notePush(first.id, { kind: 'superseded', by: B });
    expect(await record(told(A), body('1'))).toEqual({ outcome: 'duplicate', push: first.id });
    const back = await recorded(told(A, { before: B, forced: true }), body('2'));
    expect((await headOf(CONNECTION, back.ref))?.outcome).toBeUndefined();
    expect(await record(told(A), body('3'))).toEqual({ outcome: 'duplicate', push: back.id });
  });
});

describe('webhook: what a poll found', () => {
  it('counts where the head is still the one that it was compared with', async () => {
    const { id } = await recorded(told(A));
    expect((await recorded(told(B, { before: A }), { via: 'poll', seen: id })).via).toBe('poll');
  });

  it.each(['a known ref', 'a new ref'])(
    'gives way to a webhook that comes right before it is written: %s',
    async (which) => {
      const isKnown = which === 'a known ref';
      const seen = isKnown ? (await recorded(told(A))).id : undefined;
      faulty.before('TransactWriteItems', () => recorded(told(C), body('newer')));
      const found = await record(told(B), { via: 'poll', seen });
      expect(found.outcome).toBe('duplicate');
      expect(await branchHeads(CONNECTION)).toMatchObject([{ commit: C }]);
    },
  );

  it('does not where a webhook has moved it meanwhile: the newer head stays', async () => {
    const { id } = await recorded(told(A));
    const newer = await recorded(told(C, { before: B }), body('newer'));
    expect(await record(told(B, { before: A }), { via: 'poll', seen: id })).toEqual({
      outcome: 'duplicate',
      push: newer.id,
    });
    expect(await branchHeads(CONNECTION)).toMatchObject([{ commit: C }]);
  });
});

describe('webhook: what became of a push', () => {
  const outcome = { kind: 'ignored', reason: 'no pilot deploys from this branch' } as const;

  it('is noted once, and it is pending no longer', async () => {
    const { id } = await recorded(told(A));
    const pilots = [{ pilot: 'acme-shop', manifest: 'pilot.yaml', reason: 'another branch' }];
    expect(await notePush(id, outcome, pilots)).toBe(true);
    expect(await notePush(id, { kind: 'superseded', by: B })).toBe(false);
    expect(await findPush(id)).toMatchObject({ state: 'read', outcome, pilots, readAt: expect.any(String) });
    expect(await pendingPushes()).toEqual([]);
  });

  it('is noted by one of those that do so at once', async () => {
    const { id } = await recorded(told(A));
    const noted = await Promise.all(Array.from({ length: 5 }, () => notePush(id, outcome)));
    expect(noted.filter(Boolean)).toHaveLength(1);
  });

  it('is kept at its branch, with the commit that was read of each place: the newest', async () => {
    const [older, newer] = [await recorded(told(A)), await recorded(told(B), { at: new Date(AT.getTime() + 1) })];
    const of = (environment: string, more: object) => ({ pilot: 'acme-shop', manifest: 'p', environment, ...more });
    await notePush(newer.id, { kind: 'deployments', deployments: ['x'] }, [
      of('production', { deployment: 'x' }),
      of('staging', { reason: 'nothing was changed', isUntouched: true }),
      of('ci', { reason: 'it is not allowed' }),
      { pilot: 'acme-web', manifest: 'w', problems: [] },
    ]);
    await notePush(older.id, { kind: 'deployments', deployments: ['y'] }, [of('production', { deployment: 'y' })]);
    const read = { 'acme-shop/production': B, 'acme-shop/staging': B };
    expect(await headOf(CONNECTION, newer.ref)).toMatchObject({ outcome: 'deployments', read });
    await recorded(told(C));
    expect(await headOf(CONNECTION, newer.ref)).toMatchObject({ commit: C, read });
  });

  it('is noted though another push of its ref is recorded at that moment', async () => {
    const { id } = await recorded(told(A));
    faulty.before('TransactWriteItems', () => recorded(told(B)));
    expect(await notePush(id, outcome)).toBe(true);
    expect(await headOf(CONNECTION, { kind: 'branch', name: 'main' })).not.toHaveProperty('outcome');
  });

  it('is noted by us where the reply to it was lost', async () => {
    const { id } = await recorded(told(A));
    faulty.lose('TransactWriteItems', 1, otherToken);
    expect(await notePush(id, outcome)).toBe(true);
  });

  it('is not noted of a push that nobody recorded', async () => {
    expect(await notePush(`${CONNECTION}-20261121T000000Z-0123456789ab`, outcome)).toBe(false);
    await expect(notePush('main', outcome)).rejects.toThrow('no push');
  });
});

describe('webhook: on a bad day of the table', () => {
  it('a throttled table is asked again', async () => {
    faulty.refuse('TransactWriteItems', 2, 'ThrottlingException');
    await recorded(told(A), body('1'));
    expect(await pushes()).toHaveLength(1);
  });

  it('a reply that is lost leaves one push, which is ours', async () => {
    faulty.lose('TransactWriteItems', 2);
    const push = await recorded(told(A), body('1'));
    expect((await pushes()).map(({ id }) => id)).toEqual([push.id]);
  });

  it('the row tells that it is ours even where the second try is taken for another', async () => {
    faulty.lose('TransactWriteItems', 1, otherToken);
    const push = await recorded(told(A), body('1'));
    expect((await pushes()).map(({ id }) => id)).toEqual([push.id]);
  });

  it('a transaction that met another is made again', async () => {
    faulty.refuse('TransactWriteItems', 2, 'TransactionCanceledException', {
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    });
    await recorded(told(A), body('1'));
    expect(faulty.seen.filter((text) => text.startsWith('TransactWriteItems'))).toHaveLength(3);
  });

  it('one that is refused for other reasons is told, and recorded when it comes again', async () => {
    const reasons = { CancellationReasons: [{ Code: 'ValidationError' }] };
    faulty.refuse('TransactWriteItems', 1, 'TransactionCanceledException', reasons);
    await expect(record(told(A), body('1'))).rejects.toThrow();
    expect(await pushes()).toEqual([]);
    await recorded(told(A), body('1'));
  });
});
