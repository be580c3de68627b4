import type { ConnectionDetails, PushView } from '../../shared/api.ts';
import { type Check, missing, ok, unknown } from './check.ts';
import { historyCommand, isFailed, lastPush } from './pushes-text.ts';

/** What kept a push from being read, where that is the connection's own: its token, or the repository's name. */
const OF_THE_CONNECTION = ['CONNECTION_DENIED', 'REPOSITORY_MISSING'];

/** What became of the last push. What is wrong with a pilot, and not with the connection, makes it no worse than unknown. */
export function lastPushCheck({ last, repository }: Pick<ConnectionDetails, 'last' | 'repository'>): Check {
  if (!last) return unknown('last push', 'none was recorded so far', 'push, then look: pilot pushes');
  const { outcome, deployments = [] }: PushView = last;
  const says = lastPush(last);
  const problems = (outcome && 'problems' in outcome && outcome.problems) || [];
  if (problems.some(({ code }) => OF_THE_CONNECTION.includes(code)))
    return missing('last push', says, 'put right what is missing above, then push again', problems);
  const failed = deployments.filter(isFailed);
  const next = [...(problems.length > 0 ? [`pilot pushes ${repository}`] : []), ...failed.map(historyCommand)].join(
    ' · ',
  );
  return next === '' ? ok('last push', says) : unknown('last push', `${says}; the connection is not to blame`, next);
}
