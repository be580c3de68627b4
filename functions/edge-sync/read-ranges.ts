import { publish } from '../../shared/aws/bus.ts';
import { refreshRanges } from '../../shared/edge-sync/refresh.ts';
import type { Call, Reading, Refused, Run } from '../../shared/edge-sync/run.ts';
import { affected } from '../../shared/edge-sync/whom.ts';
import type { Problem } from '../../shared/errors.ts';
import { logOf } from '../../shared/log.ts';

const log = logOf('read-ranges');

/**
 * So often a list that cannot be read, or is an older one, is asked for again, half an hour in all. Whoever waits for an answer
 * gets one at once.
 */
const TRIES = 8;

/**
 * Reads AWS's list of addresses, and says for whom it matters. A list that is not taken is told and changes nothing: the one
 * before goes on to count.
 * @throws when the list cannot be read, or an older one is served, and that may change.
 */
export async function handler({ execution, attempt, input }: Call<Run>): Promise<Reading> {
  const { reason, announced, pilots } = input;
  // What failed has failed by the list that is known.
  const within = reason === 'again' ? undefined : 0;
  const { ranges, read, ...rest } = await refreshRanges({
    now: new Date(),
    ...(within !== undefined && { within }),
    ...(announced && { announced }),
  });
  // Whoever comes with a message, or with what failed, goes on with the newer list that is known.
  const problem = read === 'older' && reason !== 'daily' && reason !== 'asked' ? undefined : rest.problem;
  if (problem && read !== 'refused' && reason !== 'asked' && attempt < TRIES)
    throw new Error(`${problem.code} ${problem.message}`);
  const refused = problem && told(problem);
  // Whoever asked sees for themselves that AWS does not answer at the moment.
  if (refused && !(read === 'unreachable' && reason === 'asked')) {
    log.error('the list was refused', { execution, ...refused });
    await publish('EdgeRefused', { deployment: `edge_${execution}_refused`, ...refused });
  }
  log.info('read', { execution, reason, read, token: ranges?.token });
  return {
    check: reason === 'announced' ? 'gate' : 'drift',
    ...(ranges && { token: ranges.token }),
    ...(refused && { refused }),
    // Without any list nothing can be let in, and nothing has to be taken away.
    pilots: ranges ? (pilots ?? (await affected())) : [],
  };
}

const told = ({ code, message, expected, hint }: Problem): Refused => ({
  code,
  reason: expected ? `${message} (expected ${expected})` : message,
  ...(hint && { hint }),
});
