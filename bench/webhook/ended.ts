import type { Followed } from './following.ts';
import type { Answered } from './posted.ts';
import { ENVIRONMENTS, pilotOf } from './provider.ts';
import type { Pushed } from './traffic.ts';

/** How pushes that were accepted ended. */
export interface Ended {
  accepted: number;
  deployments: number;
  superseded: number;
  ignored: number;
  /** Neither. */
  otherwise: number;
  /** Accepted, and recorded nowhere; or pushed, and neither accepted nor a duplicate of what was. */
  lost: number;
  /** Branches that deploy, and whose last commit is not deployed; or is, though its message says no. */
  wrongHeads: number;
  /** Those whose last commit is deployed more than once: webhooks of other bytes told of it again once it was overtaken. */
  twice: number;
  /** Deployments without exactly one execution, and executions without a deployment. */
  wrongStarts: number;
  foundByPoll: number;
  pending: number;
}

export function endedOf(answers: readonly Answered[], pushed: readonly Pushed[], followed: Followed): Ended {
  const { pushes, executions, requests, found: foundByPoll, pending } = followed;
  const kinds = (kind: string) => pushes.filter(({ outcome }) => outcome?.kind === kind).length;
  const accepted = new Set(answers.filter(({ outcome }) => outcome === 'accepted').map(({ push }) => push));
  const recorded = new Set(pushes.map(({ id }) => id));
  const commits = new Set(pushes.map(({ commit }) => commit));
  const asked = new Set(requests.map(({ deployment }) => String(deployment)));
  const noted = pushes.flatMap(({ outcome }) => (outcome?.kind === 'deployments' ? outcome.deployments : []));
  const counts = { deployments: kinds('deployments'), superseded: kinds('superseded'), ignored: kinds('ignored') };
  return {
    accepted: accepted.size,
    ...counts,
    otherwise: pushes.length - counts.deployments - counts.superseded - counts.ignored,
    lost:
      [...accepted].filter((id) => !recorded.has(String(id))).length +
      pushed.filter(({ commit }) => !commits.has(commit)).length,
    wrongHeads: heads(pushed).filter((head) => (deploymentsOf(head, requests) === 0) !== head.isSkipped).length,
    twice: heads(pushed).filter((head) => deploymentsOf(head, requests) > 1).length,
    wrongStarts: differing(asked, new Set(executions)) + differing(asked, new Set(noted)) + repeated(noted),
    foundByPoll,
    pending,
  };
}

/** The last commit of each branch that deploys. */
function heads(pushed: readonly Pushed[]): Pushed[] {
  const last = new Map(pushed.map((one) => [`${one.repository} ${one.branch}`, one]));
  return [...last.values()].filter(({ branch }) => ENVIRONMENTS[branch]);
}

function deploymentsOf({ repository, branch, commit }: Pushed, requests: Followed['requests']): number {
  const ids = requests
    .filter(({ pilot, environment, trigger }) => {
      const { commit: of } = trigger as { commit?: string };
      return pilot === pilotOf(repository) && environment === ENVIRONMENTS[branch] && of === commit;
    })
    .map(({ deployment }) => deployment);
  return new Set(ids).size;
}

const differing = (one: Set<string>, other: Set<string>): number =>
  [...one].filter((id) => !other.has(id)).length + [...other].filter((id) => !one.has(id)).length;
const repeated = (all: readonly string[]): number => all.length - new Set(all).size;
