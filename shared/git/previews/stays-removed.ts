import { bringsManifest, isRemoval, type RemovalReason } from '../../events.ts';
import { listDeployments } from '../../ledger/deployments.ts';
import { previewOf } from '../../manifest/identifiers.ts';
import type { PullNow } from './pull-now.ts';

/** So far back it is looked. */
const RECENT = 30;

/** Whether what is removed for such a reason comes back for another commit only: that of a pull request that was closed does when it is opened again. */
export const staysAway = (why: RemovalReason | undefined): boolean => why === 'expired' || why === 'asked';

/** Whether the preview of a pilot that has no place any more was removed at the commit that its pull request still has, and is to come back for another only. */
export async function staysRemoved(connection: string, pilot: string, { number, commit }: PullNow): Promise<boolean> {
  const recent = await listDeployments(pilot, previewOf(number), RECENT);
  const at = recent.findIndex(({ trigger, status }) => isRemoval(trigger) && status === 'succeeded');
  const removal = recent[at]?.trigger;
  if (removal?.kind !== 'remove' || !staysAway(removal.why)) return false;
  const before = recent.slice(at + 1).find(({ trigger }) => bringsManifest(trigger))?.trigger;
  return before?.kind === 'push' && before.connection === connection && before.commit === commit;
}
