import type { Provenance } from '../building/provenance.ts';
import type { Building } from '../building/wanted.ts';
import type { Trigger } from '../events.ts';
import type { Baseline } from '../judging.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { Facts, Failed, Refused, Superseded, Warnings } from '../outcome.ts';
import type { Touched } from '../provisioning/touched.ts';
import type { Live, Plan } from '../targets/target.ts';
import type { Cancelled } from './cancelling.ts';

/**
 * The history of deployments, one row each: what was asked, what was decided,
 * how it ended. What is live is never read from here; the pointer says that.
 */
export interface Deployment {
  id: string;
  pilot: string;
  environment: string;
  trigger: Trigger;
  requestedAt: string;
  acceptedAt: string;
  status: Status;
  /** The step that runs or ran last, and when each one began. */
  step?: string;
  steps: Record<string, string>;
  /** The run of a step that began last: a late copy of an earlier one's beginning changes nothing. */
  run?: string;
  /** How far the step is, for people. */
  progress?: string;
  /** What the steps found worth telling, for people. */
  facts: Facts;
  /** What the steps warned of although they were done. */
  warnings?: Warnings;

  /** Settled by Validate; the plan by Build where there is something to be built first. */
  plan?: Plan;
  policy?: Policy;
  /** Settled by Validate where the source is a repository: what Build makes of it. */
  build?: Building;
  /** Settled by Queue: it had the waiting place once. */
  queued?: boolean;
  /** Settled by Queue: the fencing number under which everything is written. */
  fence?: number;
  /** Settled by Provision: what AWS itself knew of the parameters of the pilot's stack. */
  lookedUp?: Record<string, string>;
  /** Settled by Provision before it begins: what each change set that it executed does to the stack. */
  touched?: Record<string, Touched>;
  /** Settled by Prepare: where the traffic was before, and whether it is this release already. */
  before?: Live;
  alreadyLive?: boolean;
  /** Settled by Verify: the release that was looked at and found complete. */
  verified?: string;
  /** Settled by Shift: how the alarms stood before the release got its first share. */
  alarms?: Baseline;
  /** Moved by Shift: percent of the traffic, and since when. */
  shifted?: { weight: number; at: string };
  /** Somebody asked that it be given up; see cancelling.ts. */
  cancelled?: Cancelled;
  /** Settled by Shift: since when (ISO) nobody can give it up any more. */
  pastCancelling?: string;
  /** The first outcome that was not `done`, and the step it came from. */
  failure?: Failure;
  /** Settled by Rollback: traffic had moved and was given back. */
  rolledBack?: boolean;

  finishedAt?: string;
  ending?: EndingRecord;
}

export type Failure = { step: string } & (Refused | Failed | Superseded);

export type Status = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'rejected' | 'superseded';

/** What of the manifest later steps go by. */
export type Policy = Pick<Manifest, 'rollout' | 'retention'> & {
  level: Manifest['notifications']['level'];
  commit?: string;
  /** Alarms of the pilot's own that count as well, by name. */
  alarms?: string[];
  /** Where a release comes from that Pilotage built. */
  provenance?: Provenance;
};

/** The terminal record: written once, together with the lock's release, by Unlock. */
export interface EndingRecord {
  status: Exclude<Status, 'running'>;
  /** Release that serves after it; null when the pilot is offline. Absent when that could not be found out. */
  serving?: string | null;
  /** Somebody keeps the pilot offline: viewers get its page. */
  offline?: true;
  failure?: Failure;
}

export type Fresh = Pick<Deployment, 'id' | 'pilot' | 'environment' | 'trigger' | 'requestedAt'>;
