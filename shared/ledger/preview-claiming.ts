import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { get, type Key, transact, type Write } from '../aws/table.ts';
import { listPreviews, type Preview, type PreviewRow, previewKey } from './previews.ts';
import { isConflict } from './push-recording.ts';
import { unmadeKey } from './unmade-previews.ts';

/** How many there may be. */
export interface Places {
  most: number;
  /** Of one pilot. */
  perPilot: number;
}

/**
 * `changed`: it no longer stands as it was seen. `taken`: the pull request of that number of another repository has it.
 * `full`: `of` says which limit is reached, `holders` who has the places.
 */
export type PreviewClaim =
  | { outcome: 'claimed' | 'changed' }
  | { outcome: 'taken'; by: Preview }
  | { outcome: 'full'; of: keyof Places; holders: Preview[] };

/** Others may claim places at the same moment. */
const TRIES = 8;

/** Which claim was the last: each new place changes it, so that of two who counted the same one counts again. */
const LAST: Key = { pk: 'PREVIEW_PLACES', sk: 'LAST' };

/**
 * Has a preview stand as wanted where it still stands as it was seen; a new one only where it has a place. Those that are
 * being removed have theirs until nothing is left of them, and whoever has a place keeps it.
 * @param seen undefined where there was none.
 */
export async function claimPreview(wanted: Preview, seen: Preview | undefined, places: Places): Promise<PreviewClaim> {
  const claimedBy = randomUUID();
  for (let tried = 0; tried < TRIES; tried++) {
    if (tried > 0) await after(Math.random() * 20 * 2 ** tried);
    const last = await get<Key & { claim: string }>(LAST);
    const all = await listPreviews();
    const now = await get<PreviewRow>(previewKey(wanted));
    // When the reply to the write was lost, the next look finds it done.
    if (now?.claimedBy === claimedBy) return { outcome: 'claimed' };
    if (now && now.connection !== wanted.connection) return { outcome: 'taken', by: now };
    if (!isAsSeen(now, seen)) return { outcome: 'changed' };
    if (!seen) {
      const ofPilot = all.filter(({ pilot }) => pilot === wanted.pilot);
      if (all.length >= places.most) return { outcome: 'full', of: 'most', holders: all };
      if (ofPilot.length >= places.perPilot) return { outcome: 'full', of: 'perPilot', holders: ofPilot };
    }
    const counted = seen ? [] : [placeTaken(last?.claim, claimedBy)];
    const writes = [rowOf(wanted, seen, claimedBy), { remove: unmadeKey(wanted) }, ...counted];
    if (await transact(writes).catch(isConflict)) return { outcome: 'claimed' };
  }
  throw new Error(`previews are asked for all the time; ${wanted.pilot} in ${wanted.environment} got no place`);
}

const isAsSeen = (now: Preview | undefined, seen: Preview | undefined): boolean =>
  now?.askedAt === seen?.askedAt &&
  now?.deployment === seen?.deployment &&
  now?.removal?.deployment === seen?.removal?.deployment;

const placeTaken = (last: string | undefined, claim: string): Write => ({
  key: LAST,
  update: 'SET claim = :claim',
  condition: last === undefined ? 'attribute_not_exists(pk)' : 'claim = :last',
  values: { ':claim': claim, ':last': last },
});

function rowOf(wanted: Preview, seen: Preview | undefined, claimedBy: string): Write {
  const { removal: _, ...set } = wanted;
  const entries = Object.entries({ ...set, claimedBy });
  return {
    key: previewKey(wanted),
    update: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')} REMOVE removal`,
    condition: seen
      ? `askedAt = :seen AND ${seen.removal ? 'removal.deployment = :before' : 'attribute_not_exists(removal)'}`
      : 'attribute_not_exists(pk)',
    names: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    values: {
      ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
      ':seen': seen?.askedAt,
      ':before': seen?.removal?.deployment,
    },
  };
}
