import type { Problem } from '../../errors.ts';
import type { Push, PushOutcome } from '../../ledger/pushes.ts';
import { HostTrouble } from '../host.ts';

/** It cannot be read now, and is read again. */
export interface Later {
  kind: 'later';
  why: string;
  /** The provider answers, and does not show the push yet: in some seconds it may. */
  isSoon?: true;
  /** The provider does not answer at all. */
  isAway?: true;
}

const HOUR_MS = 3_600_000;
/** A push that could not be read for so long is no news. */
const GIVEN_UP_MS = 24 * HOUR_MS;
/** So long a provider’s API may go on telling what was before the push that it told of itself. */
const BEHIND_MS = HOUR_MS / 6;

/** So long what keeps a push from being read may be put right: a token, the repository’s name, the operator’s file. */
const PUT_RIGHT_MS = HOUR_MS;

const ageOf = ({ at }: Push, now: Date): number => now.getTime() - Date.parse(at);

/** Whether a webhook told of it so short a time ago that the provider may not show it yet. */
export const mayBeBehind = (push: Push, now: Date): boolean => push.via === 'webhook' && ageOf(push, now) < BEHIND_MS;

/** Whether the provider answers what was true before the push; after some minutes it is true again: somebody took the push back. */
export const isBehind = (push: Push, head: string | undefined, now: Date): boolean =>
  head === push.before && mayBeBehind(push, now);

export const mayBePutRight = (push: Push, now: Date): boolean => ageOf(push, now) < PUT_RIGHT_MS;

/** What becomes of a push whose provider cannot be asked. @throws what is no trouble of a provider’s, until the push is given up. */
export function atTrouble(error: unknown, push: Push, now: Date): PushOutcome | Later {
  const { repository } = push;
  const fault = error instanceof HostTrouble ? error.fault : undefined;
  const said = error instanceof HostTrouble ? error.message : 'it could not be asked';
  const later: Later = { kind: 'later', why: `the provider could not be asked: ${said}` };
  if ((fault === 'denied' || fault === 'missing') && mayBePutRight(push, now)) return later;
  if (fault === 'denied')
    return failed({
      code: 'CONNECTION_DENIED',
      message: `the provider does not let Pilotage read ${repository}: ${said}`,
      expected: 'a token that may read it',
      hint: `connect ${repository} again with a token that may read it (pilot connect), then have the provider send the webhook again, or push again`,
    });
  if (fault === 'missing')
    return failed({
      code: 'REPOSITORY_MISSING',
      message: `the provider knows no repository ${repository}, or the token may not see it: ${said}`,
      expected: 'a repository that is there under that name',
      hint: 'where it was renamed, connect it by its new name (pilot connect); else give the connection a token that may read it; then have the provider send the webhook again, or push again',
    });
  if (ageOf(push, now) >= GIVEN_UP_MS)
    return failed({
      code: 'PROVIDER_UNAVAILABLE',
      message: `${repository} could not be read for 24 hours: ${said}`,
      expected: 'a provider that answers',
      hint: 'look at the provider’s status page; push again once it answers',
    });
  if (fault === undefined) throw error;
  return fault === 'unavailable' ? { ...later, isAway: true } : later;
}

const failed = (problem: Problem): PushOutcome => ({ kind: 'failed', problems: [problem] });
