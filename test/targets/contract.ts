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
}

const isPlan = (planned: object): planned is Plan => !('outcome' in planned);

/**
 * The behaviour that every kind of target shares; each has a test file that calls this.
 * @param shares percentages, below 100, that a release can have; none where it gets all of the traffic or nothing.
 */
export function targetContract(
  name: string,
  open: () => Promise<Harness>,
  { shares = [20] }: { shares?: readonly number[] } = {},
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

      const told: object[] = [];
      const mayMove = async (weights: object) => told.push(weights) > 0;
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

    it('brings back an older release', async () => {
      const blue = await deployed('blue', 1);
      await deployed('green', 2);
      const before = await target.live(blue.plan);
      expect(await target.prepare(blue.plan, before, leaseUnder(3))).toMatchObject({ outcome: 'done' });
      expect(await target.look(blue.plan)).toEqual({ state: 'ready' });
      await target.shift(blue.plan, before, 100, leaseUnder(3));
      expect(await harness.served(pilot)).toBe('blue');
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
