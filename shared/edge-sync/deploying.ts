import type { Ranges } from '../edge/ranges.ts';
import type { Problem } from '../errors.ts';
import type { Whose } from '../ledger/backups.ts';
import { findEdge, type Opening } from '../ledger/edge.ts';
import { clearFailure, listFailures, noteFailure } from '../ledger/edge-failures.ts';
import { type ServiceSync, syncLists } from './lists.ts';
import { knownRanges, type Refreshed, refreshRanges } from './refresh.ts';
import { LISTS } from './run.ts';
import { noteSubject } from './subject.ts';
import { type PilotSync, syncPilot } from './sync.ts';

/** What became of a pilot's groups, or of the lists that they name. */
export type Brought =
  | { outcome: 'nothing' | 'same' }
  | { outcome: 'changed'; added: number; removed: number; groups?: number; token: number }
  | { outcome: 'later'; reason: string }
  | { outcome: 'failed'; problem: Problem };

/** And whose trouble it would be: the pilot's own, or that of the lists, which all pilots share. */
type Tried = Brought & { of?: Whose };

/** A sync that a newer list overtook is begun again with that one. */
const TRIES = 3;

/**
 * Brings what a deployment opens to AWS's ranges, which are read again where they are older than a day. What does not come
 * about is noted, and tried again when the deployment is long over.
 */
export async function bringEdge(whose: Whose, opening: Opening, now: Date): Promise<Brought> {
  const isKept = opening.groups.length + opening.lists.length > 0;
  if (!isKept && !(await findEdge(whose))) return { outcome: 'nothing' };
  const { of = whose, ...brought } = await tried(whose, opening, isKept, now);
  if (brought.outcome !== 'failed' && brought.outcome !== 'later') await clearFailure(whose);
  else if (!(await isNoted(of))) await noteFailure(of, now);
  return brought;
}

/** Looks that a deployment has again and again are no tries of their own, between which the pauses grow. */
const isNoted = async ({ pilot, environment }: Whose): Promise<boolean> =>
  (await listFailures()).some((one) => one.pilot === pilot && one.environment === environment);

async function tried(whose: Whose, opening: Opening, isKept: boolean, now: Date): Promise<Tried> {
  if (!(await noteSubject(whose, opening, now))) return BUSY;
  const { problem, ranges, read }: Partial<Refreshed> = isKept
    ? await refreshRanges({ now, service: opening.service })
    : await knownRanges();
  if (!ranges && !isKept) return { outcome: 'nothing' };
  const isKnown = ranges?.blocks[opening.service] !== undefined;
  if (!isKnown && read === 'refused') return { outcome: 'failed', problem: unknown(problem) };
  if (!ranges || (!isKnown && problem)) return { outcome: 'later', reason: unknown(problem).message };
  let known: Ranges = ranges;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const brought = await bring(whose, opening, known);
    if (brought) return brought;
    known = (await knownRanges()).ranges ?? known;
  }
  return OVERTAKEN;
}

/** @returns undefined where a newer list came meanwhile. */
async function bring(whose: Whose, opening: Opening, ranges: Ranges): Promise<Tried | undefined> {
  const pilot = await syncPilot(whose, { ranges, check: 'gate', opening });
  if (pilot.outcome === 'overtaken') return undefined;
  if (opening.lists.length === 0) return summed(pilot, ranges);
  const lists = await syncLists({ ranges, check: 'gate', named: opening });
  const own = lists.find(({ service }) => service === opening.service);
  if (own?.outcome === 'overtaken') return undefined;
  const brought: Brought = own ? summed(own, ranges) : { outcome: 'failed', problem: LISTS_GONE };
  if (brought.outcome === 'failed' || brought.outcome === 'later') return { ...brought, of: LISTS };
  // What it had before it named lists, and has still.
  return pilot.outcome === 'nothing' ? brought : summed(pilot, ranges);
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
      return BUSY;
    case 'overtaken':
      return OVERTAKEN;
    case 'nothing':
      return { outcome: 'nothing' };
    default:
      return { outcome: 'same' };
  }
}

const BUSY: Brought = { outcome: 'later', reason: 'another sync is at work' };
const OVERTAKEN: Brought = { outcome: 'later', reason: 'newer ranges come in' };

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
