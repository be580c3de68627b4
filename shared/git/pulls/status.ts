import { money } from '../../cost/money.ts';
import { formatProblem, type Problem } from '../../errors.ts';
import { printable } from '../../plan-text/screen.ts';
import { countsOf } from '../../plan-text/words.ts';
import type { CommitStatus } from '../host.ts';
import type { Planned } from './planned.ts';

/** What a commit says of its plan. An environment that the repository may not deploy counts only where no other is planned. */
export function statusOf({ pilot, problems = [], environments }: Planned): CommitStatus {
  const name = `pilotage/${pilot}/plan`;
  const plans = environments.flatMap((one) => ('plan' in one ? [one] : []));
  const [first] = [...problems, ...plans.flatMap(({ plan }) => plan.refusals)];
  if (first) return { name, state: 'error', text: printable(inShort(first)) };
  const reason = environments.flatMap((one) => ('reason' in one ? [one.reason] : []))[0];
  if (plans.length === 0) return { name, state: 'error', text: printable(reason ?? 'nothing is planned') };
  const said = plans.map(({ environment, plan: { changes, cost } }) =>
    plans.length > 1
      ? environment
      : `${environment}: ${countsOf(changes)}; ${money(cost.months[0]?.total ?? 0)} a month`,
  );
  const later = plans.some((one) => one.later.length > 0) ? '; this version cannot deploy it yet' : '';
  return { name, state: 'success', text: `Planned ${said.join(', ')}${later}` };
}

/** What would have been right may be long, and may say what else there is. */
const inShort = ({ expected: _, ...problem }: Problem): string => formatProblem(problem);
