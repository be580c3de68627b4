import type { Recorded } from '../ledger/pushes.ts';
import type { Said, WebhookAnswer } from './entrance.ts';
import type { Told } from './told.ts';

/** What a push was answered that was recorded, or was before. */
export function ofRecorded(recorded: Recorded): Said {
  if (recorded.outcome === 'recorded') return { outcome: 'accepted', push: recorded.push.id };
  const { push } = recorded;
  return { outcome: 'duplicate', ...(push !== undefined && { push }), reason: 'it was recorded before' };
}

/** What is answered where nothing is to be recorded. */
export function ofTold(told: Exclude<Told, { told: 'push' | 'pull-request' }>): Said {
  switch (told.told) {
    case 'ping':
      return { outcome: 'pong' };
    case 'ignored':
      return { outcome: 'ignored', reason: told.why };
    case 'fault':
      return { outcome: 'refused', code: 'PAYLOAD', reason: told.why };
  }
}

/** By what counts most of all that was told: 202 where any push was recorded, 400 where nothing of it could be read. */
const STATUS = { accepted: 202, duplicate: 200, pong: 200, ignored: 200, unavailable: 503, refused: 400 } as const;

/** One answer for all that a webhook told. */
export function answerOf(all: [Said, ...Said[]]): WebhookAnswer {
  const ranks = Object.keys(STATUS);
  const [first] = [...all].sort((one, other) => ranks.indexOf(one.outcome) - ranks.indexOf(other.outcome)) as [Said];
  return { status: STATUS[first.outcome], body: all.length === 1 ? first : { outcome: first.outcome, all } };
}
