import { type ServiceSync, syncLists } from '../../shared/edge-sync/lists.ts';
import { knownRanges } from '../../shared/edge-sync/refresh.ts';
import { type Call, isLists, type Reading, type Synced } from '../../shared/edge-sync/run.ts';
import { type PilotSync, syncPilot } from '../../shared/edge-sync/sync.ts';
import type { Whose } from '../../shared/ledger/backups.ts';
import { logOf } from '../../shared/log.ts';

const log = logOf('sync-pilot');

/** So often it is tried again where somebody else is at it, or AWS asks for patience; then the watchdog goes on. */
const TRIES = 5;

/** Whoever was overtaken reads the newest list the next time. */
const LATER = ['busy', 'later', 'overtaken'];

/**
 * Brings one pilot's groups, or the prefix lists of all, to the list that is known.
 * @throws when it may go in a moment.
 */
export async function handler({ execution, attempt, input }: Call<Whose & Pick<Reading, 'check'>>): Promise<Synced> {
  const { pilot, environment, check } = input;
  const { ranges } = await knownRanges();
  if (!ranges) throw new Error('no list of addresses is known, though one was read');
  const results = isLists(input)
    ? await syncLists({ ranges, check })
    : [await syncPilot({ pilot, environment }, { ranges, check })];
  const later = results.find(({ outcome }) => LATER.includes(outcome));
  const wait = later && (later.outcome === 'later' ? later.reason : 'somebody else is at it');
  if (wait !== undefined && attempt < TRIES) throw new Error(`not yet: ${wait}`);
  log.info('synced', { execution, pilot, environment, outcomes: results.map(({ outcome }) => outcome) });
  const failed = results.find((one) => one.outcome === 'failed');
  const trouble = failed?.outcome === 'failed' ? failed.problem : wait && { code: 'EDGE_LATER', message: wait };
  if (trouble) {
    const reason = isLists(input) && { reason: trouble.message };
    return { pilot, environment, outcome: 'failed', code: trouble.code, ...reason };
  }
  const outcome = outcomeOf(results.map((one) => one.outcome));
  return { pilot, environment, outcome, ...(outcome === 'changed' && changesIn(results)) };
}

function changesIn(results: readonly (PilotSync | ServiceSync)[]): Pick<Synced, 'added' | 'removed'> {
  const changed = results.flatMap((one) => (one.outcome === 'changed' ? one : []));
  const sum = (of: 'added' | 'removed') => changed.reduce((all, one) => all + one[of], 0);
  return { added: sum('added'), removed: sum('removed') };
}

function outcomeOf(outcomes: readonly string[]): Synced['outcome'] {
  if (outcomes.includes('changed')) return 'changed';
  return outcomes.includes('same') ? 'same' : 'nothing';
}
