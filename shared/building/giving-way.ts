import { bringsManifest } from '../events.ts';
import type { Deployment } from '../ledger/deployment.ts';

/** Long enough for a push that sets the one before it right; CodeBuild has hardly found a machine by then. */
const FIRST_SECONDS = 60;

/**
 * Whether a build, which has changed nothing yet, gives way to whoever waits for the lock. Whatever moves what is there (a
 * rollback, going offline) does not wait for a build. Newer code takes its place only where it was asked for in
 * its first minute: otherwise a pilot that is pushed to more often than it is built would never be deployed.
 * @param since when the build was first asked for: how long CodeBuild lets it wait is no reason to begin anew.
 */
export function givesWay(since: Date, { trigger, requestedAt }: Pick<Deployment, 'trigger' | 'requestedAt'>): boolean {
  return !bringsManifest(trigger) || Date.parse(requestedAt) - since.getTime() < FIRST_SECONDS * 1000;
}
