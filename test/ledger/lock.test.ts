import { transact } from '../../shared/aws/table.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { partition } from '../../shared/ledger/keys.ts';
import {
  freeFrom,
  leaveLock,
  noteMove,
  notOwned,
  raiseFence,
  readLock,
  takeLock,
  waitForLock,
} from '../../shared/ledger/lock.ts';
import { manifestOf } from '../support/manifest.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const ENVIRONMENT = 'production';
const accepted = (pilot: string, owner = 'a') => stage.upload(pilot, manifestOf(pilot, `owner: ${owner}\n`));
const take = ({ id, pilot, environment, requestedAt }: Deployment) =>
  takeLock({ id, pilot, environment, at: requestedAt.slice(0, 19) });
const lockOf = (pilot: string) => readLock(pilot, ENVIRONMENT);
const leave = async (pilot: string, id: string) => {
  const write = leaveLock(pilot, ENVIRONMENT, id, await lockOf(pilot));
  return write && transact([write]);
};

/** One that owns the lock, and two more. */
async function three(pilot: string): Promise<[Deployment, Deployment, Deployment]> {
  const [a, b, c] = [await accepted(pilot, 'a'), await accepted(pilot, 'b'), await accepted(pilot, 'c')];
  await take(a);
  return [a, b, c];
}

describe('the lock', () => {
  it('that nobody ever had has fence 0, and is free', async () => {
    expect(await lockOf('never')).toEqual({ fence: 0 });
  });

  it('goes to the first that asks, under a fence that rises with each owner', async () => {
    const [a, b] = await three('first');
    expect(await lockOf('first')).toMatchObject({ owner: a.id, fence: 1, newestId: a.id, since: expect.any(String) });
    expect((await take(b)).owner).toBe(a.id);
    await leave('first', a.id);
    const free = await lockOf('first');
    expect([free.owner, free.since, free.fence]).toEqual([undefined, undefined, 1]);
    expect(await take(b)).toMatchObject({ owner: b.id, fence: 2, newestId: b.id });
  });

  it('stays with its owner when that asks again', async () => {
    const [a] = await three('again');
    expect(await take(a)).toMatchObject({ owner: a.id, fence: 1 });
  });

  it('does not go to what was asked for before something that had it', async () => {
    const [a, b] = await three('older');
    await leave('older', a.id);
    const before = new Date(Date.parse(a.requestedAt) - 5_000).toISOString().slice(0, 19);
    const seen = await takeLock({ id: b.id, pilot: 'older', environment: ENVIRONMENT, at: before });
    expect([seen.owner, seen.newestId]).toEqual([undefined, a.id]);
  });

  it('is taken from a dead owner, and from nobody else', async () => {
    const [a, b] = await three('dead');
    await freeFrom('dead', ENVIRONMENT, b.id);
    expect((await lockOf('dead')).owner).toBe(a.id);
    await freeFrom('dead', ENVIRONMENT, a.id);
    const free = await lockOf('dead');
    expect([free.owner, free.since]).toEqual([undefined, undefined]);
  });

  it('raises its fence for its owner alone', async () => {
    const [a, b] = await three('fence');
    expect(await raiseFence('fence', ENVIRONMENT, a.id)).toBe(2);
    expect(await raiseFence('fence', ENVIRONMENT, b.id)).toBeUndefined();
    expect(await raiseFence('nobody-has-it', ENVIRONMENT, b.id)).toBeUndefined();
    expect((await lockOf('fence')).fence).toBe(2);
  });
});

describe('a move of the traffic', () => {
  it('is noted for the owner under its number, and for nobody else', async () => {
    const [a, b] = await three('moves');
    expect(await noteMove(a, 1, { blue: 90, green: 10 })).toBe(true);
    expect((await lockOf('moves')).moved).toEqual({ weights: { blue: 90, green: 10 }, at: expect.any(String) });
    expect(await noteMove(a, 2, {})).toBe(false);
    expect(await noteMove(b, 1, {})).toBe(false);
    await raiseFence('moves', ENVIRONMENT, a.id);
    expect(await noteMove(a, 1, {})).toBe(false);
    expect((await lockOf('moves')).moved?.weights).toEqual({ blue: 90, green: 10 });
  });
});

describe('the waiting place', () => {
  it('is empty again once the one who waited has the lock', async () => {
    const [a, b] = await three('given');
    await waitForLock('given', ENVIRONMENT, b.id, await lockOf('given'));
    await leave('given', a.id);
    const taken = await take(b);
    expect([taken.owner, taken.waiting]).toEqual([b.id, undefined]);
  });

  it('stays with the one who waits when another takes the lock', async () => {
    const [a, b, c] = await three('kept');
    await waitForLock('kept', ENVIRONMENT, b.id, await lockOf('kept'));
    await leave('kept', a.id);
    expect(await take(c)).toMatchObject({ owner: c.id, waiting: b.id });
  });

  it('is taken when it is empty, and told as taken when the answer to that was lost', async () => {
    const [, b] = await three('empty');
    const seen = await lockOf('empty');
    expect(await waitForLock('empty', ENVIRONMENT, b.id, seen)).toBe(true);
    expect(await waitForLock('empty', ENVIRONMENT, b.id, seen)).toBe(true);
    expect((await lockOf('empty')).waiting).toBe(b.id);
  });

  it('is taken from the one who was seen there', async () => {
    const [, b, c] = await three('seen');
    await waitForLock('seen', ENVIRONMENT, b.id, await lockOf('seen'));
    expect(await waitForLock('seen', ENVIRONMENT, c.id, await lockOf('seen'))).toBe(true);
    expect((await lockOf('seen')).waiting).toBe(c.id);
  });

  it('is not taken when somebody else came first', async () => {
    const [, b, c] = await three('late');
    const empty = await lockOf('late');
    await waitForLock('late', ENVIRONMENT, b.id, empty);
    expect(await waitForLock('late', ENVIRONMENT, c.id, empty)).toBe(false);
    expect((await lockOf('late')).waiting).toBe(b.id);
  });

  it('is not taken behind an owner that has left meanwhile', async () => {
    const [a, b] = await three('left');
    const seen = await lockOf('left');
    await leave('left', a.id);
    expect(await waitForLock('left', ENVIRONMENT, b.id, seen)).toBe(false);
    expect((await lockOf('left')).waiting).toBeUndefined();
  });

  it('of a pilot that was never deployed is not there to be taken', async () => {
    expect(await waitForLock('nobody', ENVIRONMENT, 'a', { owner: 'b', fence: 0 })).toBe(false);
  });
});

describe('leaving', () => {
  it('the waiting place leaves the owner where it is', async () => {
    const [a, b] = await three('leaving');
    await waitForLock('leaving', ENVIRONMENT, b.id, await lockOf('leaving'));
    expect(await leave('leaving', b.id)).toBe(true);
    const { owner, waiting, since } = await lockOf('leaving');
    expect([owner, waiting]).toEqual([a.id, undefined]);
    expect(since).toBeDefined();
  });

  it('the lock leaves the one that waits where it is', async () => {
    const [a, b] = await three('waits');
    await waitForLock('waits', ENVIRONMENT, b.id, await lockOf('waits'));
    expect(await leave('waits', a.id)).toBe(true);
    expect(await lockOf('waits')).toMatchObject({ waiting: b.id });
  });

  it('is nothing for one that neither owns nor waits', async () => {
    const [, , c] = await three('neither');
    expect(leaveLock('neither', ENVIRONMENT, c.id, await lockOf('neither'))).toBeUndefined();
  });

  it('the waiting place fails for one that has come to own the lock since', async () => {
    const [a, b] = await three('came');
    await waitForLock('came', ENVIRONMENT, b.id, await lockOf('came'));
    const write = leaveLock('came', ENVIRONMENT, b.id, await lockOf('came'));
    await leave('came', a.id);
    await take(b);
    expect(write && (await transact([write]))).toBe(false);
  });

  it.each([
    ['its owner', 0, false],
    ['anybody else', 1, true],
  ])('can be bound to not owning the lock: for %s', async (_, which, holds) => {
    const pilot = `bound-${which}`;
    const { id } = (await three(pilot))[which] as Deployment;
    const note = {
      key: { pk: partition(pilot, ENVIRONMENT), sk: 'NOTE' },
      update: 'SET note = :a',
      values: { ':a': 1 },
    };
    expect(await transact([note, notOwned(pilot, ENVIRONMENT, id)])).toBe(holds);
  });
});
