import type { Service } from '../edge/ranges.ts';
import { ROOM } from '../edge/reconcile.ts';
import type { Problem } from '../errors.ts';
import { nearest } from '../manifest/suggest.ts';

/** What keeps groups and lists from being brought to what is wanted; each says what was done about it. */
export const QUOTA = 'EDGE_QUOTA';
const UNTOUCHED = 'what was let in before still is';

export const gone = (group: string): Problem => ({
  code: 'EDGE_GROUP_GONE',
  message: `the security group ${group} is not there any more`,
  expected: 'the groups that the pilot’s stack made',
  hint: 'somebody removed it by hand, or the pilot’s stack was changed since; a new deployment makes it again',
});

export const listGone = (list: string): Problem => ({
  code: 'EDGE_GROUP_GONE',
  message: `the prefix list ${list} is not there any more, or is not marked as kept by this installation`,
  expected: 'the lists that Pilotage made, with their tag pilotage:installation',
  hint: 'somebody removed it, or its tag, by hand; a new deployment of a pilot with edge.mode: prefix-list makes it again',
});

export const full = (group: string): Problem => ({
  code: QUOTA,
  message: `EC2 takes no more rules for ${group}, although there was room: the quota was lowered, or somebody else used it meanwhile`,
  expected: 'room for what comes beside what goes, since nothing is removed before the new is there',
  hint: `${ROOM}; ${UNTOUCHED}`,
});

const DENIED = 'EDGE_DENIED';

export const denied = (group: string): Problem => ({
  code: DENIED,
  message: `Pilotage may not change the security group ${group}`,
  expected: 'the tags pilotage:pilot and pilotage:edge, which the pilot’s stack gives it',
  hint: `${UNTOUCHED}; a new deployment gives them to it again`,
});

export const listDenied = (list: string): Problem => ({
  code: DENIED,
  message: `Pilotage may not change the prefix list ${list}`,
  expected: 'the tag pilotage:installation with the name of this installation, which made it',
  hint: UNTOUCHED,
});

/** What AWS refuses in words of its own, whatever it was asked for. */
export const forbidden = (said: string): Problem => ({
  code: DENIED,
  message: `AWS does not let Pilotage do what it has to: ${said.slice(0, 200)}`,
  expected:
    'the rights that this installation’s functions were deployed with, and no policy of the account against them',
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
  message: `there are no known IPv4 ranges of ${service} here, and a group that lets in nobody would take the pilot offline`,
  expected: 'at least one range',
  hint: UNTOUCHED,
});

/** @param services all that the list has for the region. */
export function noSuchService(service: Service, services: readonly string[], region: string): Problem {
  const near = nearest(service, services);
  return {
    code: 'EDGE_SERVICE',
    message: `AWS’s list of its addresses has no IPv4 ranges of ${service} for ${region}`,
    expected: `one of ${services.join(', ')}`,
    hint: `${near ? `did you mean ${near}? ` : ''}the list is https://ip-ranges.amazonaws.com/ip-ranges.json; nothing was changed`,
  };
}

export const unmade = (list: string, reason: string): Problem => ({
  code: 'EDGE_LIST_REFUSED',
  message: `EC2 did not change the prefix list ${list}: ${reason}`,
  expected: 'room for it in each group that names it',
  hint: `${ROOM}; ${UNTOUCHED}`,
});

/** All is let in that is to be, and something more: nobody has to wait for that. */
export const LEFT = 'EDGE_LEFT';

export const uncleared = (groups: readonly string[], why: { reason: string } | { problem: Problem }): Problem => ({
  code: LEFT,
  message: `rules of ours could not be removed from ${groups.join(', ')}, which let CloudFront in before: ${'reason' in why ? why.reason : why.problem.message}`,
  expected: 'groups in which Pilotage may remove what it made',
  hint: 'CloudFront is let in as it is to be; it is tried again later',
});
