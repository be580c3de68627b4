import type { ApiAnswer } from '../api.ts';
import { publish } from '../aws/bus.ts';
import { askToCancel } from '../ledger/cancelling.ts';
import { logOf } from '../log.ts';
import { latestOf } from './latest.ts';
import { refusal } from './refusal.ts';
import type { Asked } from './request.ts';

const log = logOf('api');

/** Gives a running deployment up. Asked again, it answers the same. */
export async function cancel(asked: Asked<'cancel'>): Promise<ApiAnswer<'cancel'>> {
  const found = await latestOf(asked);
  if ('ok' in found) return found;
  const { id, pilot, environment } = found;
  const by = asked.requestedBy ?? 'somebody';
  const now = await askToCancel(id, by);
  if (!now?.cancelled)
    return refusal(
      'CANNOT_CANCEL',
      now?.finishedAt ? `${id} is over: it ${now.status}` : `${id} is at its end already, at ${now?.step}`,
      now?.finishedAt ? 'a running deployment' : `its end, and then pilot rollback ${pilot} where it went live`,
    );
  // What is parked looks at once; where this is lost, the watchdog makes it look within a minute.
  await publish('Woken', { deployment: id, pilot, environment, why: `${by} cancelled it` });
  log.info('a deployment was cancelled', { deployment: id, by });
  return { ok: true, answer: { deployment: id, ...(now.step && { step: now.step }) } };
}
