import type { Problem } from './errors.ts';
import type { Ref } from './git/told.ts';
import type { Facts, Warnings } from './outcome.ts';

/**
 * The catalogue of what happens, name → payload. Everything that is told to
 * anybody (notifications, console, statuses, audit) subscribes to these on the
 * bus; no step knows who listens.
 */
export interface Events {
  /** Something asked for a deployment. May come twice, late or out of order. */
  DeploymentRequested: About & { requestedAt: string; trigger: Trigger };
  /** A trigger that was seen before; its deployment runs or has run already. */
  DuplicateIgnored: About & { trigger: Trigger };
  /** Waits for the deployment before it; at most one waits, the newest. */
  Queued: About & { behind: string };
  StepStarted: About & { step: string };
  StepProgressed: About & { step: string; text: string };
  /** `warning`: what somebody has to know or to do although the step is done. */
  StepFinished: About & { step: string; outcome: string; facts: Facts; warning?: string };
  /** The pointer was moved and read back. */
  TrafficShifted: About & { weights: Record<string, number> };
  /** Traffic was given back to what served before. */
  RolledBack: About & { serving: string | null };

  /** Exactly one of the following four ends each accepted deployment. */
  DeploymentSucceeded: About & Ending & { alreadyLive: boolean };
  DeploymentFailed: About & Ending & { step: string; code: string; reason: string; rolledBack: boolean };
  Rejected: About & Ending & { problems: Problem[] };
  Superseded: About & Ending & { by: string };

  /** Somebody asked for a backup, or a drill: it is looked at right away. */
  BackupRequested: OfBackup;
  /** A backup was made, or a drill went well. */
  BackupMade: OfBackup & { facts: Facts };
  /** A backup was missed, or could not be made; `again`: it is tried again by itself. */
  BackupFailed: OfBackup & { code: string; reason: string; again: boolean };

  /** CloudFront’s addresses were looked after, of all pilots or of those that were asked for: what became of it. */
  EdgeSynced: OfEdge & EdgeSummary;
  /** AWS’s list of addresses was not taken: nothing is changed for its sake. */
  EdgeRefused: OfEdge & NonNullable<EdgeSummary['refused']>;

  /** A repository told of a push, or was found to have had one: it is recorded, and to be read. */
  PushReceived: OfPush;
  /** What became of a push, once its manifests were read. */
  PushRead: OfPush & { outcome: PushOutcome; wrong?: WrongPilot[] };

  /** A pull request was opened, or has other commits or another target than before: what it would deploy is to be planned. */
  PullRequestReceived: OfPullRequest;
  /** A pull request was closed, merged or not: what was made for it alone is to go. */
  PullRequestClosed: OfClosedPullRequest;

  /** A parked deployment may have got what it waits for. */
  Woken: About & { why: string };
}

export type EventName = keyof Events;

/** The events that end a deployment. */
export const TERMINAL_EVENTS = ['DeploymentSucceeded', 'DeploymentFailed', 'Rejected', 'Superseded'] as const;
export type TerminalEvent = (typeof TERMINAL_EVENTS)[number];

/** `source` of every event that Pilotage puts on its bus. */
export const EVENT_SOURCE = 'pilotage';

/** No deployment: `deployment` is what it is told as, once on each channel. */
interface OfBackup extends About {
  what: 'backup' | 'drill';
  /** When it was due, or asked for (ISO). */
  at: string;
}

/** No deployment, and no single pilot’s: `deployment` is what it is told as, once on each channel. */
interface OfEdge {
  deployment: string;
}

/** A push, by the id that it is recorded under. */
interface OfPush {
  push: string;
  /** The id of the connection that it came by. */
  connection: string;
  /** `github.com/acme/shop` */
  repository: string;
  ref: Ref;
  commit: string;
}

/** A pull request, as the webhook told of it. */
interface OfPullRequest {
  /** The id of the connection that it came by. */
  connection: string;
  /** `github.com/acme/shop`: the one that it is to be merged in. */
  repository: string;
  number: number;
  /** What its branch pointed to; Bitbucket tells the first twelve digits. */
  commit: string;
  branch: string;
  /** The branch that it is to be merged into. */
  base: string;
  /** Its branch lies in another repository, whose code is not trusted. */
  isForeign: boolean;
}

/** A pull request that nobody works on any more, as the webhook told of it. */
interface OfClosedPullRequest extends Pick<OfPullRequest, 'connection' | 'repository' | 'number'> {
  merged: boolean;
}

/** A pilot of a push that is not deployed since something is wrong, with the first that is. */
export interface WrongPilot {
  pilot: string;
  environment?: string;
  problem: Problem;
}

/** What became of a push: which deployments it asked for, or why it asked for none. */
export type PushOutcome =
  | { kind: 'deployments'; deployments: string[]; problems?: Problem[] }
  /** The ref points to another commit meanwhile. */
  | { kind: 'superseded'; by: string }
  | { kind: 'ignored'; reason: string }
  | { kind: 'failed'; problems: Problem[] };

/** What asked for it: a list that AWS announced, the day’s check, another try of what failed, or somebody. */
export type EdgeReason = 'announced' | 'daily' | 'again' | 'asked';

export interface EdgeSummary {
  reason: EdgeReason;
  /** Of the list that was let in; absent where none was ever read. */
  token?: number;
  /** Pilots that were looked at, those whose rules were changed, and those that could not be brought up to date. */
  pilots: number;
  changed: number;
  failing: number;
  /** Those that could not be brought up to date before, and are now. */
  mended: number;
  /** What became of the prefix lists, which pilots share; absent where there are none. */
  lists?: 'same' | 'changed' | 'failed';
  /** What was changed, of the first of those. */
  changes?: EdgeChange[];
  /** The first of those that failed, and why. */
  failed: EdgeTrouble[];
  /** Why a list was not taken: the one that was known before counts on. */
  refused?: { code: string; reason: string; hint?: string };
}

/** Rules of a pilot’s groups; entries of the prefix lists where no pilot is named. */
export interface EdgeChange {
  pilot?: string;
  environment?: string;
  added: number;
  removed: number;
}

/** What is not one pilot’s but all pilots’ has neither. */
export interface EdgeTrouble {
  pilot?: string;
  environment?: string;
  code: string;
  reason: string;
}

export interface About {
  /** The deployment's id. */
  deployment: string;
  pilot: string;
  environment: string;
}

/** What asked for a deployment. */
export type Trigger = {
  requestedBy?: string;
  /** The deployment that this one does once more, with the same manifest and artifact. */
  retryOf?: string;
} & (
  | {
      kind: 'upload';
      bucket: string;
      key: string;
      version: string;
      /** The version of the artifact beside it that was uploaded with it. */
      artifactVersion?: string;
      commit?: string;
      /** No alarm stops the rollout: whoever asked has seen why one would. */
      ignoreAlarms?: true;
      /** Goes live even while somebody keeps the pilot offline. */
      online?: true;
      /** Of a retry: made once by the caller. */
      request?: string;
    }
  /** A push to a connected repository; the manifest as it is at that commit lies in S3. */
  | ({ kind: 'push'; bucket: string; key: string; version: string } & Pushed)
  /** `force`: also to a release that cannot work with the migrated database; `online` as for an upload. */
  | { kind: 'rollback'; release: string; request: string; force?: boolean; online?: true }
  /** Nobody gets anything but a page with status 503: this one, or the usual one. */
  | { kind: 'offline'; request: string; page?: string }
  /** The release that was live before goes live again. */
  | { kind: 'online'; request: string }
  /** What is in a snapshot takes the place of what the database of a pilot that is offline holds. */
  | { kind: 'restore'; snapshot: string; request: string }
  /** Nothing of the environment stays: only a preview of a pull request may go. */
  | { kind: 'remove'; request: string; why: RemovalReason; pull?: PullRequest }
);

/** Why an environment is removed: its pull request is closed, its time to live is over, or somebody asked for it. */
export type RemovalReason = 'closed' | 'expired' | 'asked';

/** The pull request that a preview is of. */
export type PullRequest = Pick<OfPullRequest, 'connection' | 'repository' | 'number'>;

/** What was pushed, and where. */
interface Pushed {
  /** `github.com/acme/shop` */
  repository: string;
  /** The id of its connection. */
  connection: string;
  ref: Ref;
  commit: string;
  /** The id that the push is recorded under; of a preview, one of its own. */
  push: string;
  /** The number of the pull request that it is a preview of; `ref` is its branch then. */
  pull?: number;
  /** The manifest’s path in the repository. */
  manifest: string;
  /** Of a retry: made once by the caller. */
  request?: string;
}

/** What brings a manifest of its own: all others move what is there. */
export type Bringing = Extract<Trigger, { kind: 'upload' | 'push' }>;

export const bringsManifest = (trigger: Trigger): trigger is Bringing =>
  trigger.kind === 'upload' || trigger.kind === 'push';

/** Whether it would go live of its own accord: kept offline by somebody, the pilot stays there. */
export const isKeptOffline = (trigger: Trigger): boolean =>
  trigger.kind === 'push' || ((trigger.kind === 'upload' || trigger.kind === 'rollback') && !trigger.online);

/** Whether nothing goes live by it: the pilot goes offline, stays there, or is removed. */
export const isStanding = ({ kind }: Pick<Trigger, 'kind'>): boolean =>
  kind === 'offline' || kind === 'restore' || kind === 'remove';

/** Whether nothing is left by it. */
export const isRemoval = ({ kind }: Pick<Trigger, 'kind'>): boolean => kind === 'remove';

/** What every terminal event tells. */
export interface Ending {
  trigger: Trigger;
  release?: string;
  /** Release that served before; null when the pilot was offline. Absent when it ended before that was read. */
  before?: string | null;
  /** Release that serves the pilot's viewers now; null when the pilot is offline. Absent when that could not be found out. */
  serving?: string | null;
  /** Somebody keeps the pilot offline: viewers get its page. */
  offline?: true;
  url?: string;
  commit?: string;
  /** Notification level of the pilot's manifest, `all` when there is none. */
  level: 'all' | 'failures';
  seconds: number;
  /** For people: files, bytes, what changed. */
  facts: Facts;
  /** What somebody has to know or to do, in words, by the step that it comes from; absent where there is nothing. */
  warnings?: Warnings;
}
