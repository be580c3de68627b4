import { type Done, done, type Failed, failed, type Parked, parked } from '../outcome.ts';
import type { Brought } from './deploying.ts';
import { LEFT } from './trouble.ts';

const AGAIN_MS = 60_000;

/**
 * What a deployment makes of it. A new release waits for what its visitors come in by, and fails without it; what served before is
 * let in as it was, and whoever wants that back must not be kept from it.
 * @param deadline until when a new release waits.
 */
export function verdictOf(brought: Brought, isNewRelease: boolean, deadline: Date): Done | Parked | Failed {
  switch (brought.outcome) {
    case 'changed': {
      const { added, removed, token } = brought;
      return done({ edge: `${added} added, ${removed} removed (ranges ${token})` });
    }
    case 'later': {
      const { reason } = brought;
      if (!isNewRelease) return done({}, `CloudFront’s addresses are not let in as they are now: ${reason}${AGAIN}`);
      return parked(`CloudFront’s addresses to be let in (${reason})`, deadline, new Date(Date.now() + AGAIN_MS));
    }
    case 'failed': {
      const { code, message, hint } = brought.problem;
      const reason = hint ? `${message}; ${hint}` : message;
      return isNewRelease && code !== LEFT ? failed(code, reason) : done({}, `${code}: ${reason}`);
    }
    default:
      return done();
  }
}

const AGAIN = '; it is tried again by itself';
