import { setTimeout as pause } from 'node:timers/promises';
import { setting } from '../../aws/config.ts';
import { readEtag, readKey, writeKey } from '../../aws/key-values.ts';
import { type Done, done, type Failed, failed } from '../../outcome.ts';
import type { Lease, Live, Plan, Shifted } from '../target.ts';
import { detailOf } from './detail.ts';
import { FENCED, LEFT_ALONE, type Move, rollbackMove, shiftMove } from './moves.ts';
import { decodePointer, encodePointer, type Pointer } from './pointer.ts';

/** Who gets a site's traffic. */
export async function live(plan: Plan): Promise<Live> {
  const { pointer, text } = await see(detailOf(plan).site);
  const { fence, live, next } = pointer;
  if (!live || text === undefined) return { weights: {}, fence };
  return { release: live.release, weights: weightsOf({ live, ...(next && { next }) }), fence, pointer: text };
}

function weightsOf({ live, next }: Pick<Pointer, 'live' | 'next'>): Live['weights'] {
  if (!live) return {};
  return { [live.release]: 100 - (next?.weight ?? 0), ...(next && { [next.release]: next.weight }) };
}

export function shift(plan: Plan, before: Live, weight: number, lease: Lease): Promise<Shifted | Failed> {
  const { site, arm } = detailOf(plan);
  return move(site, (seen) => shiftMove(seen, arm, before, weight, lease), lease, FENCED);
}

export function rollback(plan: Plan, before: Live, lease: Lease): Promise<Done | Failed> {
  const { site, arm } = detailOf(plan);
  return move(site, (seen) => rollbackMove(seen, arm, before, lease), lease, LEFT_ALONE);
}

/** The ETag is the whole store's: other pilots' deployments change it too. */
const TRIES = 10;
const FIRST_PAUSE_MS = 20;

/**
 * Reads the pointer, decides, writes it if nothing has changed meanwhile, reads it back.
 * @param lockLost the outcome when the lock is somebody else's by now.
 */
async function move<End extends Done>(
  site: string,
  decide: (seen: Pointer) => Move<End>,
  lease: Lease,
  lockLost: End | Failed,
): Promise<End | Shifted | Failed> {
  const store = setting('KVS_ARN');
  let lost: unknown;
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (tried > 0) await pause(FIRST_PAUSE_MS * 2 ** Math.min(tried, 6) * (0.5 + Math.random()));
    const etag = await readEtag(store);
    const decided = decide((await see(site)).pointer);
    if ('outcome' in decided) return decided;
    const text = encodePointer(decided.write);
    if (typeof text !== 'string') return failed(text.code, text.message);
    // Whoever takes the lock from here on changes the store before relying on it, and with it the ETag.
    if (!(await lease.mayMove(weightsOf(decided.write)))) return lockLost;
    try {
      if (!(await writeKey(store, etag, site, text))) continue;
    } catch (error) {
      // It may have been applied although its answer was lost: what is read back decides.
      lost = error;
    }
    if ((await see(site)).text === text) return done(factsOf(decided.write));
  }
  throw (
    lost ?? new Error(`the pointer of ${site} could not be moved in ${TRIES} tries: others kept changing the store`)
  );
}

const factsOf = ({ live, next }: Pointer) =>
  next
    ? { serving: next.release, weight: next.weight }
    : { serving: live?.release ?? 'nothing', weight: live ? 100 : 0 };

/** A pointer that is absent, or cannot be read, is that of a site which nothing was deployed to: it may be replaced. */
async function see(site: string): Promise<{ pointer: Pointer; text?: string }> {
  const text = await readKey(setting('KVS_ARN'), site);
  const pointer = text === undefined ? undefined : decodePointer(text);
  if (text === undefined || !pointer || !('fence' in pointer)) return { pointer: { fence: 0 } };
  return { pointer, text };
}
