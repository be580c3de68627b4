import type { EdgeChange, EdgeReason, EdgeSummary } from '../events.ts';
import type { Whose } from '../ledger/backups.ts';
import { isLists, type Reading, type Synced } from './run.ts';

/** Those that are told of one by one: what is told has to fit into an event and into a message. */
const MOST = 10;
const LONGEST = 500;

/** What became of all that was looked at. @param reasonOf why one failed. */
export async function summaryOf(
  reason: EdgeReason,
  { token, refused }: Pick<Reading, 'token' | 'refused'>,
  synced: readonly Synced[],
  reasonOf: (one: Whose) => Promise<string | undefined>,
): Promise<Omit<EdgeSummary, 'mended'>> {
  const pilots = synced.filter((one) => !isLists(one) && one.outcome !== 'nothing');
  const lists = synced.find(isLists)?.outcome;
  const failed = synced.filter(({ outcome }) => outcome === 'failed').slice(0, MOST);
  const changes = synced.filter(({ outcome, added }) => outcome === 'changed' && added !== undefined).slice(0, MOST);
  return {
    reason,
    ...(token !== undefined && { token }),
    pilots: pilots.length,
    changed: pilots.filter(({ outcome }) => outcome === 'changed').length,
    failing: pilots.filter(({ outcome }) => outcome === 'failed').length,
    ...(lists && lists !== 'nothing' && { lists }),
    ...(changes.length > 0 && { changes: changes.map(changeOf) }),
    failed: await Promise.all(failed.map(async (one) => ({ ...troubleOf(one), reason: await why(one) }))),
    ...(refused && { refused }),
  };

  async function why(one: Synced): Promise<string> {
    const told = one.reason ?? (isLists(one) ? undefined : await reasonOf(one));
    return (told ?? 'its function failed; the log of edge-sync-sync-pilot says why').slice(0, LONGEST);
  }
}

const changeOf = ({ added = 0, removed = 0, ...one }: Synced): EdgeChange => ({ ...whose(one), added, removed });

const whose = (one: Pick<Synced, 'pilot' | 'environment'>) =>
  isLists(one) ? {} : { pilot: one.pilot, environment: one.environment };

const troubleOf = (one: Synced) => ({
  ...whose(one),
  code: one.code ?? 'UNEXPECTED',
});

/** What was tried again so far, and is as it should be. */
export const mendedOf = (synced: readonly Synced[], failures: readonly Whose[]): Whose[] =>
  failures.filter((failure) =>
    synced.some(
      ({ pilot, environment, outcome }) =>
        pilot === failure.pilot && environment === failure.environment && outcome !== 'failed',
    ),
  );
