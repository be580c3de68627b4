import type { Ranges } from '../edge/ranges.ts';
import type { Problem } from '../errors.ts';
import type { Whose } from '../ledger/backups.ts';
import { clearFailure, findEdge, type Opening } from '../ledger/edge.ts';
import { type ServiceSync, syncLists } from './lists.ts';
import { knownRanges, refreshRanges } from './refresh.ts';
import { type PilotSync, syncPilot } from './sync.ts';

/** What became of a pilot's groups, or of the lists that they name. */
export type Brought =
  | { outcome: 'nothing' | 'same' }
  | { outcome: 'changed'; added: number; removed: number; groups?: number; token: number }
  | { outcome: 'later'; reason: string }
  | { outcome: 'failed'; problem: Problem };

/** A sync that a newer list overtook is begun again with that one. */
const TRIES = 3;

/** Brings what a deployment opens to AWS's ranges, which are read again where they are older than a day. */
export async function bringEdge(whose: Whose, opening: Opening, now: Date): Promise<Brought> {
  if (opening.groups.length + opening.lists.length === 0) return clear(whose, opening);
  const { problem, ranges } = await refreshRanges({ now });
  if (!ranges) return { outcome: 'failed', problem: unknown(problem) };
  let known: Ranges = ranges;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const brought = await bring(whose, opening, known);
    if (brought) {
      if (brought.outcome !== 'failed' && brought.outcome !== 'later') await clearFailure(whose);
      return brought;
    }
    known = (await knownRanges()).ranges ?? known;
  }
  return { outcome: 'later', reason: 'newer ranges come in' };
}

/** What was kept in another mode is kept no more. */
async function clear(whose: Whose, opening: Opening): Promise<Brought> {
  if (!(await findEdge(whose))) return { outcome: 'nothing' };
  const { ranges } = await knownRanges();
  if (!ranges) return { outcome: 'nothing' };
  const cleared = await syncPilot(whose, { ranges, check: 'gate', opening });
  if (cleared.outcome === 'nothing') await clearFailure(whose);
  return summed(cleared, ranges);
}

/** @returns undefined where a newer list came meanwhile. */
async function bring(whose: Whose, opening: Opening, ranges: Ranges): Promise<Brought | undefined> {
  const pilot = await syncPilot(whose, { ranges, check: 'gate', opening });
  if (pilot.outcome === 'overtaken') return undefined;
  if (opening.lists.length === 0) return summed(pilot, ranges);
  const lists = await syncLists({ ranges, check: 'gate' });
  const own = lists.find(({ service }) => service === opening.service);
  if (own?.outcome === 'overtaken') return undefined;
  return own ? summed(own, ranges) : { outcome: 'failed', problem: LISTS_GONE };
}

function summed(synced: PilotSync | ServiceSync, { token }: Pick<Ranges, 'token'>): Brought {
  switch (synced.outcome) {
    case 'changed':
      return {
        outcome: 'changed',
        added: synced.added,
        removed: synced.removed,
        ...('groups' in synced && { groups: synced.groups.length }),
        token,
      };
    case 'later':
    case 'failed':
      return synced;
    case 'busy':
      return { outcome: 'later', reason: 'another sync is at work' };
    case 'overtaken':
      return { outcome: 'later', reason: 'newer ranges come in' };
    case 'nothing':
      return { outcome: 'nothing' };
    default:
      return { outcome: 'same' };
  }
}

const unknown = (problem: Problem | undefined): Problem => ({
  code: 'RANGES_UNKNOWN',
  message: `it is not known which addresses CloudFront has${problem ? `: ${problem.message}` : ''}`,
  expected: 'AWS’s list of its addresses, read once at least',
  hint: problem?.hint ?? 'pilot edge sync reads it',
});

const LISTS_GONE: Problem = {
  code: 'EDGE_GROUP_GONE',
  message: 'the prefix lists that let CloudFront in are not kept by this installation',
  expected: 'lists that Provision made',
  hint: 'a new deployment makes them',
};
