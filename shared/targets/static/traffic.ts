import { setTimeout as pause } from 'node:timers/promises';
import { setting } from '../../aws/config.ts';
import { readEtag, readKey, removeKey, writeKey } from '../../aws/key-values.ts';
import { type Done, done, type Failed, failed } from '../../outcome.ts';
import { type Move, offlineMove, shiftMove } from '../moves.ts';
import type { Lease, Live, Plan, RolledBack, Shifted } from '../target.ts';
import { detailOf } from './detail.ts';
import { rollbackMove } from './moves.ts';
import { decodePointer, encodePointer, type Pointer } from './pointer.ts';

/** Who gets a site's traffic. */
export async function live(plan: Plan): Promise<Live> {
  const { pointer, text } = await see(detailOf(plan).site);
  const { fence, live, next, page } = pointer;
  if (!live || text === undefined) return { weights: {}, fence, ...(page !== undefined && { page }) };
  return { release: live.release, weights: weightsOf({ live, ...(next && { next }) }), fence, pointer: text };
}

function weightsOf({ live, next }: Pick<Pointer, 'live' | 'next'>): Live['weights'] {
  if (!live) return {};
  return { [live.release]: 100 - (next?.weight ?? 0), ...(next && { [next.release]: next.weight }) };
}

export async function shift(plan: Plan, before: Live, weight: number, lease: Lease): Promise<Shifted | Failed> {
  const { site, arm } = detailOf(plan);
  const moved = await move(site, (seen) => shiftMove(seen, arm, before, weight, lease), lease);
  if (moved === 'held' || moved === 'lost') return failed('FENCED', HELD);
  return 'outcome' in moved ? moved : done({ weight: moved.now.next?.weight ?? 100 });
}

export async function rollback(plan: Plan, before: Live, lease: Lease): Promise<RolledBack | Failed> {
  const { site, arm } = detailOf(plan);
  const moved = await move(site, (seen) => rollbackMove(seen, arm, before, lease), lease);
  if (moved === 'lost') throw new Error('the lock was lost while the traffic was given back');
  if (moved === 'held') return done({ rolledBack: false });
  return 'outcome' in moved ? moved : done({ rolledBack: true, serving: moved.now.live?.release ?? 'nothing' });
}

export async function offline(
  plan: Plan,
  before: Live,
  page: string | undefined,
  lease: Lease,
): Promise<Done | Failed> {
  const { site } = detailOf(plan);
  const moved = await move(site, (seen) => offlineMove(seen, before, page, lease), lease);
  if (moved === 'held' || moved === 'lost') return failed('FENCED', HELD);
  return 'outcome' in moved ? moved : done();
}

/**
 * Takes the pointer away for good: the site's address leads nowhere from then on. It is written once more before: whoever is
 * about to write it, and had the lock when they read it, finds the store changed.
 * @returns why it could not be taken away.
 */
export async function removePointer(site: string, lease: Lease): Promise<Failed | undefined> {
  const store = setting('KVS_ARN');
  const { fence } = lease;
  const moved = await move(site, (seen) => (seen.fence > fence ? 'held' : { write: { fence } }), lease);
  if (moved === 'held' || moved === 'lost') return failed('FENCED', HELD);
  if ('outcome' in moved) return moved;
  let unanswered: unknown;
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (tried > 0) await pause(FIRST_PAUSE_MS * 2 ** Math.min(tried, 6) * (0.5 + Math.random()));
    const etag = await readEtag(store);
    const { pointer, text } = await see(site);
    if (text === undefined) return undefined;
    if (pointer.fence > fence || !(await lease.mayMove({}))) return failed('FENCED', HELD);
    // Where its answer is lost, or comes late, the next look tells whether it was applied.
    await removeKey(store, etag, site).catch((error: unknown) => {
      unanswered = error;
    });
  }
  throw unanswered ?? new Error(`the pointer of ${site} could not be removed in ${TRIES} tries`);
}

const HELD = 'a newer deployment holds the pointer';

/** The ETag is the whole store's: other pilots' deployments change it too. */
const TRIES = 10;
/** That the traffic is elsewhere may be an old answer: so many have to say it. */
const LOOKS = 5;
const FIRST_PAUSE_MS = 20;

/**
 * Reads the pointer, decides, writes it if nothing has changed meanwhile, reads it back.
 * @returns what the pointer says now; `lost` when the lock is somebody else's by now.
 */
async function move(
  site: string,
  decide: (seen: Pointer) => Move<Pointer>,
  lease: Lease,
): Promise<{ now: Pointer } | 'held' | 'lost' | Failed> {
  const store = setting('KVS_ARN');
  let unanswered: unknown;
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (tried > 0) await pause(FIRST_PAUSE_MS * 2 ** Math.min(tried, 6) * (0.5 + Math.random()));
    const etag = await readEtag(store);
    const decided = decide((await see(site)).pointer);
    if (decided === 'held') return decided;
    if ('leave' in decided) return { now: decided.leave };
    if ('outcome' in decided) {
      if (tried + 1 < LOOKS) continue;
      return decided;
    }
    const text = encodePointer(decided.write);
    if (typeof text !== 'string') return failed(text.code, text.message);
    // Whoever takes the lock from here on changes the store before relying on it, and with it the ETag.
    if (!(await lease.mayMove(weightsOf(decided.write)))) return 'lost';
    try {
      if (!(await writeKey(store, etag, site, text))) continue;
    } catch (error) {
      // It may have been applied although its answer was lost: what is read back decides.
      unanswered = error;
    }
    if ((await see(site)).text === text) return { now: decided.write };
  }
  throw (
    unanswered ??
    new Error(`the pointer of ${site} could not be moved in ${TRIES} tries: others kept changing the store`)
  );
}

/** A pointer that is absent, or cannot be read, is that of a site which nothing was deployed to: it may be replaced. */
async function see(site: string): Promise<{ pointer: Pointer; text?: string }> {
  const text = await readKey(setting('KVS_ARN'), site);
  const pointer = text === undefined ? undefined : decodePointer(text);
  if (text === undefined || !pointer || !('fence' in pointer)) return { pointer: { fence: 0 } };
  return { pointer, text };
}
