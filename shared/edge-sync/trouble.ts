import type { Service } from '../edge/ranges.ts';
import type { Problem } from '../errors.ts';

/** What keeps groups and lists from being brought to what is wanted; each says what was done about it. */
export const QUOTA = 'EDGE_QUOTA';
const UNTOUCHED = 'what was let in before still is';

export const gone = (group: string): Problem => ({
  code: 'EDGE_GROUP_GONE',
  message: `the security group ${group} is not there any more`,
  expected: 'the groups that the pilot’s stack made',
  hint: 'somebody removed it by hand, or the pilot’s stack was changed since; a new deployment makes it again',
});

export const full = (group: string): Problem => ({
  code: QUOTA,
  message: `EC2 takes no more rules for ${group}, although there was room: the quota was lowered, or somebody else used it meanwhile`,
  expected: 'room for what comes beside what goes, since nothing is removed before the new is there',
  hint: `ask for a higher quota (Service Quotas, vpc, L-0EA8095F), or use edge.mode: vpc-origin, which needs no rules; ${UNTOUCHED}`,
});

export const denied = (what: string): Problem => ({
  code: 'EDGE_DENIED',
  message: `Pilotage may not change ${what}`,
  expected: 'the tags pilotage:pilot and pilotage:environment, which the pilot’s stack gives it',
  hint: UNTOUCHED,
});

export const contended = (groups: readonly string[]): Problem => ({
  code: 'EDGE_CONTENDED',
  message: `somebody else changes ${groups.join(', ')} at the same time, again and again`,
  expected: 'that Pilotage alone keeps the rules that it marked',
  hint: `${UNTOUCHED}; it is tried again later`,
});

export const empty = (service: Service): Problem => ({
  code: 'EDGE_EMPTY',
  message: `there are no known ranges of ${service}, and a group that lets in nobody would take the pilot offline`,
  expected: 'at least one range',
  hint: UNTOUCHED,
});

export const unmade = (list: string, reason: string): Problem => ({
  code: 'EDGE_LIST_REFUSED',
  message: `EC2 did not change the prefix list ${list}: ${reason}`,
  expected: 'room for it in each group that names it',
  hint: `ask for a higher quota (Service Quotas, vpc, L-0EA8095F), or use edge.mode: vpc-origin, which needs no rules; ${UNTOUCHED}`,
});
