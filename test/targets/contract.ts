import { done } from '../../shared/outcome.ts';
import type { Live, Plan, PlanRequest, Target } from '../../shared/targets/target.ts';
import { leaseUnder, lostLease } from '../support/lease.ts';

/** What the contract needs to know of a kind of target. */
export interface Harness {
  target: Target;
  /**
   * Makes what a request names (an artifact, say) and gives the request. The same
   * content is the same release, another content another one.
   */
  request(pilot: string, content: string): Promise<PlanRequest>;
  /** Which content a viewer gets now; null while the pilot is offline. With weights, that of most viewers. */
  served(pilot: string): Promise<string | null>;
  /** Names of all that Pilotage itself has made for a pilot; of a target whose environments can be removed. */
  made?(pilot: string): Promise<string[]>;
}

/** A lock that is held, and what it is told; the same word twice in a row is one. */
function listening(): { told: object[]; mayMove: (weights: object) => Promise<boolean> } {
  const told: object[] = [];
  const mayMove = async (weights: object) => {
    if (JSON.stringify(told.at(-1)) !== JSON.stringify(weights)) told.push(weights);
    return true;
  };
  return { told, mayMove };
}

const isPlan = (planned: object): planned is Plan => !('outcome' in planned);

/**
 * The behaviour that every kind of target shares; each has a test file that calls this.
 * @param shares percentages, below 100, that a release can have; none where it gets all of the traffic or nothing.
 * @param isFree what a release without traffic needs costs nothing: it may stay.
 */
export function targetContract(
  name: string,
  open: () => Promise<Harness>,
  { shares = [20], isFree = false }: { shares?: readonly number[]; isFree?: boolean } = {},
): void {
  const weights = [...shares, 100];
  describe(`target ${name} keeps the contract`, () => {
    let harness: Harness;
    let target: Target;
    let count = 0;
    let pilot: string;
    beforeAll(async () => {
      harness = await open();
      target = harness.target;
    });
    beforeEach(() => {
      count += 1;
      pilot = `pilot-${count}`;
    });

    async function planned(content: string): Promise<Plan> {
      const plan = await target.plan(await harness.request(pilot, content));
      if (!isPlan(plan)) throw new Error(JSON.stringify(plan));
      return plan;
    }
    async function prepared(content: string, fence: number): Promise<{ plan: Plan; before: Live }> {
      const plan = await planned(content);
      const before = await target.live(plan);
      expect(await target.prepare(plan, before, leaseUnder(fence))).toMatchObject({ outcome: 'done' });
      return { plan, before };
    }
    async function deployed(content: string, fence: number): Promise<{ plan: Plan; before: Live }> {
      const { plan, before } = await prepared(content, fence);
      expect(await target.shift(plan, before, 100, leaseUnder(fence))).toMatchObject({ outcome: 'done' });
      return { plan, before };
    }

    it('plans the same release for the same input, and another one for another', async () => {
      const [one, again, other] = [await planned('one'), await planned('one'), await planned('other')];
      expect(again.release).toBe(one.release);
      expect(one.release).toMatch(/^[0-9a-f]{20}$/);
      expect(other.release).not.toBe(one.release);
      expect(JSON.stringify(one).length).toBeLessThan(4096);
    });

    it('is offline before the first deployment', async () => {
      expect(await target.live(await planned('one'))).toEqual({ weights: {}, fence: 0 });
    });

    it('is ready only after prepare, which can be repeated', async () => {
      const plan = await planned('one');
      expect(await target.look(plan)).toMatchObject({ state: 'waiting' });
      for (let time = 0; time < 2; time += 1) {
        await target.prepare(plan, await target.live(plan), leaseUnder(1));
        expect(await target.look(plan)).toEqual({ state: 'ready' });
      }
    });

    it('leaves the traffic alone while it prepares', async () => {
      const blue = await deployed('blue', 1);
      const { before } = await prepared('green', 2);
      expect(await target.live(blue.plan)).toEqual(before);
      expect(await harness.served(pilot)).toBe('blue');
    });

    it('shifts all traffic, and says so', async () => {
      const blue = await deployed('blue', 1);
      const green = await deployed('green', 2);
      expect(green.before).toMatchObject({ release: blue.plan.release, fence: 1 });
      expect(await target.live(green.plan)).toMatchObject({
        release: green.plan.release,
        weights: { [green.plan.release]: 100 },
        fence: 2,
      });
      expect(await harness.served(pilot)).toBe('green');
    });

    for (const share of shares)
      it('shifts a share: the weights sum to 100, most viewers keep what they had', async () => {
        const blue = await deployed('blue', 1);
        const { plan, before } = await prepared('green', 2);
        await target.shift(plan, before, share, leaseUnder(2));
        expect((await target.live(plan)).weights).toEqual({ [blue.plan.release]: 100 - share, [plan.release]: share });
        expect(await harness.served(pilot)).toBe('blue');
        await target.shift(plan, before, 60, leaseUnder(2));
        expect((await target.live(plan)).weights).toEqual({ [blue.plan.release]: 40, [plan.release]: 60 });
        await target.shift(plan, before, 100, leaseUnder(2));
        expect((await target.live(plan)).weights).toEqual({ [plan.release]: 100 });
      });

    it('gives everything to the first release, whatever weight was asked for', async () => {
      const { plan, before } = await prepared('one', 1);
      await target.shift(plan, before, 10, leaseUnder(1));
      expect((await target.live(plan)).weights).toEqual({ [plan.release]: 100 });
    });

    it('shifts twice as once, also when an earlier shift comes late', async () => {
      await deployed('blue', 1);
      const { plan, before } = await prepared('green', 2);
      await target.shift(plan, before, 100, leaseUnder(2));
      const after = await target.live(plan);
      for (const weight of [100, 20]) {
        expect(await target.shift(plan, before, weight, leaseUnder(2))).toMatchObject({ outcome: 'done' });
        expect(await target.live(plan)).toEqual(after);
      }
    });

    it('never moves a pointer that a newer deployment holds', async () => {
      await deployed('blue', 1);
      const old = await prepared('old', 2);
      const newer = await deployed('newer', 3);
      expect(await target.shift(old.plan, old.before, 100, leaseUnder(2))).toMatchObject({
        outcome: 'failed',
        code: 'FENCED',
      });
      expect(await target.rollback(old.plan, old.before, leaseUnder(2))).toMatchObject({
        facts: { rolledBack: false },
      });
      expect(await target.live(newer.plan)).toMatchObject({ release: newer.plan.release, fence: 3 });
      expect(await harness.served(pilot)).toBe('newer');
    });

    it('stops when the traffic is not where it was', async () => {
      await deployed('blue', 1);
      const { plan, before } = await prepared('green', 5);
      await deployed('other', 4);
      expect(await target.shift(plan, before, 100, leaseUnder(5))).toMatchObject({
        outcome: 'failed',
        code: 'POINTER_MOVED',
      });
      expect(await harness.served(pilot)).toBe('other');
    });

    it('moves nothing once the lock is somebody else’s, and says what it is about to move', async () => {
      await deployed('blue', 1);
      const { plan, before } = await prepared('green', 2);
      expect(await target.shift(plan, before, 100, lostLease(2))).toMatchObject({ outcome: 'failed', code: 'FENCED' });
      expect(await harness.served(pilot)).toBe('blue');

      const { told, mayMove } = listening();
      await target.shift(plan, before, 100, { ...leaseUnder(2), mayMove });
      await expect(target.rollback(plan, before, lostLease(3))).rejects.toThrow('the lock was lost');
      expect(await harness.served(pilot)).toBe('green');
      await target.rollback(plan, before, { ...leaseUnder(3), mayMove });
      expect(told).toEqual([{ [plan.release]: 100 }, before.weights]);
    });

    it('does not roll back what somebody else has moved meanwhile', async () => {
      await deployed('blue', 1);
      const { plan, before } = await prepared('green', 5);
      await deployed('other', 4);
      expect(await target.rollback(plan, before, leaseUnder(6))).toMatchObject({ facts: { rolledBack: true } });
      expect(await harness.served(pilot)).toBe('other');
      expect((await target.live(plan)).fence).toBe(6);
    });

    it.each(weights)('rolls back from %i percent to exactly what was, twice', async (weight) => {
      const blue = await deployed('blue', 1);
      const { plan, before } = await prepared('green', 2);
      await target.shift(plan, before, weight, leaseUnder(2));
      for (let time = 0; time < 2; time += 1) {
        expect(await target.rollback(plan, before, leaseUnder(3))).toMatchObject({
          outcome: 'done',
          facts: { rolledBack: true, serving: blue.plan.release },
        });
        expect(await target.live(plan)).toMatchObject({
          release: blue.plan.release,
          weights: before.weights,
          fence: 3,
        });
        expect(await harness.served(pilot)).toBe('blue');
      }
    });

    it('rolls the first release back to nothing, twice', async () => {
      const { plan, before } = await deployed('one', 1);
      for (let time = 0; time < 2; time += 1) {
        expect(await target.rollback(plan, before, leaseUnder(2))).toMatchObject({ outcome: 'done' });
        expect(await target.live(plan)).toMatchObject({ weights: {} });
        expect(await harness.served(pilot)).toBeNull();
      }
    });

    it.each(['something', 'nothing'])('keeps a late worker from undoing a rollback to %s', async (was) => {
      if (was === 'something') await deployed('blue', 1);
      const { plan, before } = await deployed('green', 2);
      await target.rollback(plan, before, leaseUnder(3));
      expect(await target.shift(plan, before, 100, leaseUnder(2))).toMatchObject({ outcome: 'failed', code: 'FENCED' });
      expect(await harness.served(pilot)).toBe(was === 'something' ? 'blue' : null);
    });

    it('goes live again after a rollback to nothing', async () => {
      const { plan, before } = await deployed('one', 1);
      await target.rollback(plan, before, leaseUnder(2));
      await deployed('two', 3);
      expect(await harness.served(pilot)).toBe('two');
    });

    describe('a release that failed before it got any traffic', () => {
      const stopIdle = async (plan: Plan, lease = leaseUnder(3)) => target.stopIdle?.(plan, lease);

      it('does not run on, and what serves does; asked twice as once', async () => {
        const blue = await deployed('blue', 1);
        const { plan } = await prepared('green', 2);
        for (let time = 0; time < 2; time += 1) {
          await stopIdle(plan);
          expect((await target.look(plan)).state === 'ready').toBe(isFree);
        }
        expect(await target.look(blue.plan)).toEqual({ state: 'ready' });
        expect(await target.live(blue.plan)).toMatchObject({ weights: { [blue.plan.release]: 100 }, fence: 1 });
        expect(await harness.served(pilot)).toBe('blue');
      });

      it('does not run on where it would have been the first, and can be brought up again', async () => {
        const { plan } = await prepared('one', 1);
        await stopIdle(plan, leaseUnder(2));
        expect((await target.look(plan)).state === 'ready').toBe(isFree);
        await deployed('one', 3);
        expect(await harness.served(pilot)).toBe('one');
      });

      it('runs on where it has traffic all the same', async () => {
        const { plan } = await deployed('blue', 1);
        await stopIdle(plan);
        expect(await target.look(plan)).toEqual({ state: 'ready' });
        expect(await harness.served(pilot)).toBe('blue');
      });

      for (const share of shares)
        it(`runs on where it has ${share} percent`, async () => {
          await deployed('blue', 1);
          const { plan, before } = await prepared('green', 2);
          await target.shift(plan, before, share, leaseUnder(2));
          await stopIdle(plan);
          expect(await target.look(plan)).toEqual({ state: 'ready' });
        });

      it('is left alone once the lock is somebody else’s, or the pointer a newer deployment’s', async () => {
        await deployed('blue', 5);
        const { plan } = await prepared('green', 6);
        await stopIdle(plan, lostLease(7));
        await stopIdle(plan, leaseUnder(4));
        expect(await target.look(plan)).toEqual({ state: 'ready' });
      });
    });

    it('brings back an older release', async () => {
      const blue = await deployed('blue', 1);
      await deployed('green', 2);
      const before = await target.live(blue.plan);
      expect(await target.prepare(blue.plan, before, leaseUnder(3))).toMatchObject({ outcome: 'done' });
      expect(await target.look(blue.plan)).toEqual({ state: 'ready' });
      await target.shift(blue.plan, before, 100, leaseUnder(3));
      expect(await harness.served(pilot)).toBe('blue');
    });

    describe('going offline', () => {
      const PAGE = '<p>Back at four.</p>';

      /** As Prepare and Shift do, which are run again while the traffic is on its way. */
      async function goOffline(plan: Plan, before: Live, fence: number, page?: string): Promise<object> {
        expect(await (target.prepareOffline?.(plan, page, leaseUnder(fence)) ?? done())).toMatchObject({
          outcome: 'done',
        });
        for (;;) {
          const end = await target.offline(plan, before, page, leaseUnder(fence));
          if (end.outcome !== 'growing') return end;
        }
      }
      async function liveAndOffline(fence: number, page?: string) {
        const { plan } = await deployed('blue', 1);
        const before = await target.live(plan);
        expect(await goOffline(plan, before, fence, page)).toMatchObject({ outcome: 'done' });
        return { plan, before };
      }

      it.each([undefined, PAGE])(
        'takes all traffic away, with the page %p, and leaves the release ready',
        async (page) => {
          const { plan } = await liveAndOffline(2, page);
          const now = await target.live(plan);
          expect(now).toMatchObject({ weights: {}, fence: 2 });
          expect(now.release).toBeUndefined();
          expect(await harness.served(pilot)).toBeNull();
          expect(await target.look(plan)).toEqual({ state: 'ready' });
        },
      );

      it('done twice is as done once, and done later with another page shows that', async () => {
        const { plan, before } = await liveAndOffline(2);
        const once = await target.live(plan);
        expect(await goOffline(plan, before, 2)).toMatchObject({ outcome: 'done' });
        expect(await target.live(plan)).toEqual(once);
        expect(await goOffline(plan, once, 3, PAGE)).toMatchObject({ outcome: 'done' });
        expect(await target.live(plan)).toMatchObject({ weights: {}, fence: 3 });
      });

      it('comes back with the release that was live, and nothing has to be built for it', async () => {
        const { plan } = await liveAndOffline(2, PAGE);
        const offline = await target.live(plan);
        expect(await target.prepare(plan, offline, leaseUnder(3))).toMatchObject({ outcome: 'done' });
        expect(await target.shift(plan, offline, 100, leaseUnder(3))).toMatchObject({ outcome: 'done' });
        expect(await target.live(plan)).toMatchObject({ weights: { [plan.release]: 100 }, fence: 3 });
        expect(await harness.served(pilot)).toBe('blue');
      });

      it('says that nobody is about to get anything, and moves nothing once the lock is lost', async () => {
        const { plan } = await deployed('blue', 1);
        const before = await target.live(plan);
        await target.prepareOffline?.(plan, undefined, leaseUnder(2));
        expect(await target.offline(plan, before, undefined, lostLease(2))).toMatchObject({ code: 'FENCED' });
        expect(await harness.served(pilot)).toBe('blue');
        const { told, mayMove } = listening();
        await target.offline(plan, before, undefined, { ...leaseUnder(2), mayMove });
        expect(told).toEqual([{}]);
      });

      it('stops when the traffic is not where it was, and when a newer deployment holds the pointer', async () => {
        const blue = await deployed('blue', 1);
        const before = await target.live(blue.plan);
        await target.prepareOffline?.(blue.plan, undefined, leaseUnder(5));
        await deployed('other', 4);
        expect(await target.offline(blue.plan, before, undefined, leaseUnder(5))).toMatchObject({
          code: 'POINTER_MOVED',
        });
        expect(await target.offline(blue.plan, before, undefined, leaseUnder(3))).toMatchObject({ code: 'FENCED' });
        expect(await harness.served(pilot)).toBe('other');
      });

      it('given up before it took effect, the release serves on, and a late worker takes nothing away', async () => {
        const { plan } = await deployed('blue', 1);
        const before = await target.live(plan);
        await target.prepareOffline?.(plan, undefined, leaseUnder(2));
        expect(await target.rollback(plan, before, leaseUnder(3), true)).toMatchObject({ outcome: 'done' });
        expect(await target.offline(plan, before, undefined, leaseUnder(2))).toMatchObject({ code: 'FENCED' });
        expect(await target.live(plan)).toMatchObject({ weights: { [plan.release]: 100 }, fence: 3 });
        expect(await harness.served(pilot)).toBe('blue');
      });

      it('given up after that it stays offline with its page, and what ran stays ready', async () => {
        const { plan, before } = await liveAndOffline(2, PAGE);
        const { page } = await target.live(plan);
        expect(await target.rollback(plan, before, leaseUnder(3), true)).toMatchObject({
          facts: { rolledBack: true, serving: 'nothing' },
        });
        expect(await target.live(plan)).toEqual({ weights: {}, fence: 3, ...(page && { page }) });
        expect(await target.look(plan)).toEqual({ state: 'ready' });
        expect(await target.shift(plan, before, 100, leaseUnder(1))).toMatchObject({ code: 'FENCED' });
      });

      it('a release that goes live from there and fails gives way to the same page', async () => {
        await liveAndOffline(2, PAGE);
        const { plan, before } = await prepared('green', 3);
        await target.shift(plan, before, 100, leaseUnder(3));
        expect(await harness.served(pilot)).toBe('green');
        await target.rollback(plan, before, leaseUnder(4));
        expect(await target.live(plan)).toEqual({ ...before, fence: 4 });
        expect(await harness.served(pilot)).toBeNull();
      });
    });

    describe('an environment that goes', () => {
      const remains = async () => ({
        ...{ pilot, environment: 'production', since: new Date() },
        stack: (await planned('any')).stack ?? {},
      });
      /** Asked again while it parks, as Withdraw is. */
      async function removed(lease = leaseUnder(9)): Promise<object | undefined> {
        for (;;) {
          const end = await target.remove?.(await remains(), lease);
          if (end?.outcome !== 'parked') return end;
        }
      }
      const made = async () => (await harness.made?.(pilot)) ?? [];

      it('can be removed, or says that it cannot', async () => {
        expect(harness.made === undefined).toBe(target.remove === undefined);
      });

      it('leaves nothing behind, whatever releases there were; asked twice as once', async () => {
        if (!target.remove) return;
        await deployed('blue', 1);
        await deployed('green', 2);
        await prepared('third', 3);
        expect(await made()).not.toEqual([]);
        for (let time = 0; time < 2; time += 1) {
          expect(await removed()).toMatchObject({ outcome: 'done' });
          expect(await made()).toEqual([]);
        }
      });

      it('where nothing ever was is gone', async () => {
        if (!target.remove) return;
        expect(await removed()).toMatchObject({ outcome: 'done' });
        expect(await made()).toEqual([]);
      });

      it('takes nothing from another pilot, whose name begins alike', async () => {
        if (!target.remove) return;
        const goes = pilot;
        await deployed('one', 1);
        pilot = `${goes}-too`;
        const { plan } = await deployed('other', 1);
        const theirs = await made();
        pilot = goes;
        expect(await removed()).toMatchObject({ outcome: 'done' });
        pilot = `${goes}-too`;
        expect(await made()).toEqual(theirs);
        expect(await target.look(plan)).toEqual({ state: 'ready' });
        expect(await harness.served(pilot)).toBe('other');
      });

      it('stays as it is once the lock is somebody else’s', async () => {
        if (!target.remove) return;
        await deployed('blue', 1);
        const before = await made();
        expect(await removed(lostLease(9))).toMatchObject({ outcome: 'failed', code: 'FENCED' });
        expect(await made()).toEqual(before);
        expect(await harness.served(pilot)).toBe('blue');
      });

      it('can be made anew, with the same release', async () => {
        if (!target.remove) return;
        await deployed('blue', 1);
        await removed();
        await deployed('blue', 10);
        expect(await harness.served(pilot)).toBe('blue');
      });
    });

    it('removes a release that is no longer kept, and can be asked again', async () => {
      const blue = await deployed('blue', 1);
      const green = await deployed('green', 2);
      for (let time = 0; time < 2; time += 1) {
        expect(await target.retire(green.plan, [blue.plan.release], leaseUnder(2))).toMatchObject({ outcome: 'done' });
      }
      expect(await target.look(blue.plan)).not.toEqual({ state: 'ready' });
      expect(await target.look(green.plan)).toEqual({ state: 'ready' });
      expect(await harness.served(pilot)).toBe('green');
    });

    it.each(weights)('removes nothing when one of the releases has %i percent of the traffic', async (weight) => {
      const blue = await deployed('blue', 1);
      const { plan, before } = await prepared('green', 2);
      await target.shift(plan, before, weight, leaseUnder(2));
      const asked = [blue.plan.release, plan.release];
      expect(await target.retire(plan, asked, leaseUnder(2))).toMatchObject({
        outcome: 'failed',
        code: 'RELEASE_LIVE',
      });
      for (const one of [blue.plan, plan]) expect(await target.look(one)).toEqual({ state: 'ready' });
    });

    it('removes nothing while a newer deployment is at work', async () => {
      const blue = await deployed('blue', 1);
      const green = await deployed('green', 3);
      expect(await target.retire(green.plan, [blue.plan.release], leaseUnder(2))).toMatchObject({ code: 'FENCED' });
      expect(await target.look(blue.plan)).toEqual({ state: 'ready' });
    });
  });
}
