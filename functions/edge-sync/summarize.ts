import { publish } from '../../shared/aws/bus.ts';
import { type Call, isLists, type Reading, type Run, type Synced } from '../../shared/edge-sync/run.ts';
import { mendedOf, summaryOf } from '../../shared/edge-sync/summary.ts';
import type { EdgeSummary } from '../../shared/events.ts';
import type { Whose } from '../../shared/ledger/backups.ts';
import { findEdge } from '../../shared/ledger/edge.ts';
import { clearFailure, listFailures, noteFailure } from '../../shared/ledger/edge-failures.ts';
import { logOf } from '../../shared/log.ts';

const log = logOf('summarize');

interface Ended extends Run {
  read: { value: Reading };
  synced: Synced[];
}

/**
 * Notes what failed, so that the watchdog tries it again, and what is mended; tells all of it once. What goes on to fail as
 * before is told by the day's check, and not at every try.
 */
export async function handler({ execution, input }: Call<Ended>): Promise<EdgeSummary> {
  const { reason, read, synced } = input;
  const reasonOf = async (one: Whose) => (await findEdge(one))?.reason;
  const mended = mendedOf(synced, await listFailures());
  const summary = {
    ...(await summaryOf(reason, read.value, synced, reasonOf)),
    mended: mended.filter((one) => !isLists(one)).length,
  };
  const now = new Date();
  for (const one of synced) if (one.outcome === 'failed') await noteFailure(one, now);
  log.info('ended', { execution, ...summary });
  if (reason !== 'again' || mended.length > 0)
    await publish('EdgeSynced', { deployment: `edge_${execution}`, ...summary });
  // Last, for whoever is cut off before that tells it in the next try.
  for (const one of mended) await clearFailure(one);
  return summary;
}
