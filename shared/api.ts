import type { Latest } from './aws/logs.ts';
import type { BackupsView, RestorePlan } from './backups/view.ts';
import type { Configuration } from './configuration/told.ts';
import type { Listed } from './edge-sync/door.ts';
import type { EdgeView } from './edge-sync/status.ts';
import type { Problem } from './errors.ts';
import type { EdgeSummary } from './events.ts';
import type { ProviderName } from './git/told.ts';
import type { Connection } from './ledger/connections.ts';
import type { Deployment } from './ledger/deployment.ts';
import type { Offline } from './ledger/lock.ts';
import type { Migration } from './ledger/migrations.ts';
import type { Parking } from './ledger/parking.ts';
import type { Preview, PreviewRemoval } from './ledger/previews.ts';
import type { Push } from './ledger/push.ts';
import type { UnmadePreview } from './ledger/unmade-previews.ts';
import type { Resolved } from './manifest/complete.ts';
import type { PreviewLimits } from './manifest/operator.ts';
import type { Restored } from './preview/model.ts';
import type { StackPreview } from './preview/stack.ts';
import type { Live, Shell } from './targets/target.ts';

/**
 * What the CLI and the console ask of the function `api`, invoked directly with
 * the caller's own AWS credentials; who may call is IAM's business.
 *
 * Where no environment is given, `status`, `edge` and `edge-sync` mean all of them, the others `production`.
 */
export type ApiRequest =
  | { action: 'status'; pilot?: string; environment?: string }
  | { action: 'history'; pilot: string; environment?: string; most?: number }
  | { action: 'deployment'; id: string }
  | {
      action: 'rollback';
      pilot: string;
      environment?: string;
      /** A kept release or how its name begins; absent: the one that was live before. */
      release?: string;
      /** Also to a release that cannot work with the migrated database. */
      force?: boolean;
      /** Also while somebody keeps the pilot offline. */
      online?: boolean;
      requestedBy?: string;
      /** Made once by the caller and kept over retries: `2026-11-21T01:57:15Z/<uuid>`. */
      request: string;
    }
  /** `page`: what visitors see meanwhile, in place of the usual page; `request` as for a rollback. */
  | { action: 'offline'; pilot: string; environment?: string; page?: string; requestedBy?: string; request: string }
  /** The release that was live before goes live again; `request` as for a rollback. */
  | { action: 'online'; pilot: string; environment?: string; requestedBy?: string; request: string }
  /** Nothing of it stays; only the preview of a pull request may go. `request` as for a rollback. */
  | { action: 'remove'; pilot: string; environment: string; requestedBy?: string; request: string }
  | ({ action: 'cancel' } & One)
  /** `request` as for a rollback. */
  | ({ action: 'retry'; request: string } & One)
  /** What the pilot itself has logged since then (ISO): the latest lines. */
  | { action: 'logs'; pilot: string; environment?: string; since: string; most?: number }
  /** Where a command can be run in what is live. */
  | { action: 'shell'; pilot: string; environment?: string }
  /** Runs a command on an instance of what is live, word by word, and ends it after so many seconds (3600); `request` as for a rollback. */
  | {
      action: 'run';
      pilot: string;
      environment?: string;
      command: string[];
      seconds?: number;
      requestedBy?: string;
      request: string;
    }
  /** How the command of such a request fares. */
  | { action: 'ran'; pilot: string; environment?: string; request: string }
  /** What became of the migrations of a pilot's database. */
  | { action: 'migrations'; pilot: string; environment?: string }
  /** Says what became of one of which Pilotage cannot tell; `release` or how its name begins. */
  | {
      action: 'settle';
      pilot: string;
      environment?: string;
      release: string;
      as: 'done' | 'again';
      requestedBy?: string;
    }
  /** Which copies there are of a pilot's data. */
  | { action: 'backups'; pilot: string; environment?: string }
  /** Makes one now; `request` as for a rollback. */
  | { action: 'backup'; pilot: string; environment?: string; requestedBy?: string; request: string }
  /**
   * Restores a snapshot into a database of its own, which is removed again: the newest one, or the one that is named; `request` as
   * for a rollback.
   */
  | { action: 'drill'; pilot: string; environment?: string; snapshot?: string; requestedBy?: string; request: string }
  /** What would be lost by going back to a snapshot. */
  | { action: 'restorable'; pilot: string; environment?: string; snapshot: string; inPlace?: boolean }
  /** Restores a snapshot into a database that stays, beside the one that there is; `request` as for a rollback. */
  | { action: 'restore'; pilot: string; environment?: string; snapshot: string; requestedBy?: string; request: string }
  /** What is in a snapshot takes the place of what the database of a pilot that is offline holds; `request` as for a rollback. */
  | { action: 'rewind'; pilot: string; environment?: string; snapshot: string; requestedBy?: string; request: string }
  /** How what lets CloudFront in stands, of all pilots or of one. */
  /** `toSync`: a pilot for which nothing is kept is refused, as `edge-sync` refuses it. */
  | { action: 'edge'; pilot?: string; environment?: string; toSync?: true }
  /**
   * Brings it to AWS's list of addresses; `accept`: also to the list with that token, which looks suspicious. `request` as for a
   * rollback.
   */
  | {
      action: 'edge-sync';
      pilot?: string;
      environment?: string;
      accept?: number;
      requestedBy?: string;
      request: string;
    }
  /** How the run of such a request fares. */
  | { action: 'edge-synced'; request: string }
  /** The repositories that are connected. */
  | { action: 'connections' }
  /** How one stands: `host/owner/name`, or how the name of a connected one ends. */
  | { action: 'connection'; repository: string }
  /** Connects a repository, `host/owner/name`, for these pilots and no others; `hook`: the webhook's id at the provider. */
  | {
      action: 'connect';
      provider: ProviderName;
      repository: string;
      api: string;
      pilots: { pilot: string; manifest: string }[];
      hook?: string;
      requestedBy?: string;
    }
  /** From now on its pushes deploy nothing. */
  | { action: 'disconnect'; repository: string; requestedBy?: string }
  /** What was pushed, of all connected repositories or of one. */
  | { action: 'pushes'; repository?: string; most?: number }
  /** The environments that pull requests have for themselves. */
  | { action: 'previews' }
  /** What is live: its release and its manifest, to compare with. */
  | { action: 'live'; pilot: string; environment?: string }
  /** What a kept release is configured with: the one that is named, or how its name begins; absent: the live one. */
  | { action: 'config'; pilot: string; environment?: string; release?: string }
  /** What Pilotage would say of a manifest if it were uploaded; nothing is kept of it. */
  | { action: 'check'; pilot: string; environment?: string; manifest: string };

/** A deployment of a pilot: the one that is named, or the latest. */
type One = { pilot: string; environment?: string; deployment?: string; requestedBy?: string };

export type ApiAction = ApiRequest['action'];

/** Either an answer or what was wrong with the question. */
export type ApiAnswer<Action extends ApiAction> = { ok: true; answer: ApiAnswers[Action] } | ApiRefusal;

export type ApiRefusal = { ok: false } & Pick<Problem, 'code' | 'message' | 'expected'>;

export interface ApiAnswers {
  status: PilotStatus[];
  /** Newest first. */
  history: DeploymentView[];
  deployment: DeploymentNow;
  /** `deployment` is the id under which the rollback can be followed, `release` the one it goes to. */
  rollback: { deployment: string; release: string };
  /** The deployment that takes it offline, and the release that comes back later. */
  offline: { deployment: string; release: string };
  /** The deployment that brings it back, and the release. */
  online: { deployment: string; release: string };
  /** The deployment that removes it. */
  remove: { deployment: string };
  /** The deployment that gives up, and the step that it is at. */
  cancel: { deployment: string; step?: string };
  /** The new deployment, and the one that it does once more. */
  retry: { deployment: string; of: string };
  /** Oldest first. */
  logs: Latest;
  shell: Shell;
  /** Where it runs, its id at Systems Manager, and the log group that has all of its output. */
  run: { instance: string; command: string; logs: string };
  ran: Ran;
  /** The one that was started last first. */
  migrations: MigrationView[];
  settle: MigrationView;
  backups: BackupsView;
  /** When it was asked for (ISO), under which it is listed. */
  backup: { at: string };
  drill: { at: string; snapshot: string; instance: string };
  restorable: RestorePlan;
  restore: { at: string; snapshot: string; instance: string };
  /** The deployment that does it, and the release that comes back later. */
  rewind: { deployment: string; snapshot: string; release: string };
  edge: EdgeOverview;
  /** The run that it is, under which it is told. */
  'edge-sync': { run: string };
  /** In the words of Step Functions. */
  'edge-synced': { status: string; summary?: EdgeSummary };
  /** By their names. */
  connections: ConnectionView[];
  connection: ConnectionDetails;
  connect: ConnectionDetails;
  /** `removed` where it was connected. */
  disconnect: { id: string; repository: string; removed?: ConnectionView };
  /** Newest first. */
  pushes: PushView[];
  previews: PreviewsShown;
  live: LiveRelease;
  config: ReleaseConfig;
  /** Their places are in the manifest, called `pilot.yaml`, or in the operator's file in S3. */
  /** `edge` as it would be deployed, with what the operator said is usual. */
  check: { problems: Problem[]; stack?: StackPreview; edge?: NonNullable<Resolved['edge']> };
}

/** A connected repository as people are shown it. */
export type ConnectionView = Omit<Connection, 'refs'>;

export interface ConnectionDetails {
  /** That it has, or would have. */
  id: string;
  /** `host/owner/name` */
  repository: string;
  /** Absent where it is not connected. */
  connection?: ConnectionView;
  /** Where the operator's file is, or what is wrong with it: then it allows nothing. */
  operatorFile?: string;
  operatorProblems?: Problem[];
  /** Whether the operator lets it deploy each of its pilots: in all environments, or in these alone. */
  allowed: { pilot: string; everywhere: boolean; environments: string[] }[];
  /** The push that was recorded last. */
  last?: PushView;
}

/** A push as people are shown it, with those of its deployments that the ledger knows. */
export type PushView = Omit<Push, 'connection'> & { deployments?: PushedDeployment[] };

/** The previews that have a place, by pilot; those that should be there and are not; and how many there may be, where the operator’s file can be read. */
export interface PreviewsShown {
  previews: PreviewView[];
  unmade: Omit<UnmadePreview, 'connection'>[];
  places?: Required<PreviewLimits>;
}

/** A preview as people are shown it. `status`: of its last deployment, once that was accepted; `url`: once one went live. */
export type PreviewView = Omit<Preview, 'connection' | 'removal'> & {
  status?: Deployment['status'];
  url?: string;
  removal?: Pick<PreviewRemoval, 'why' | 'at' | 'tries'>;
};

/** How a deployment that a push asked for stands. */
export interface PushedDeployment {
  id: string;
  status: Deployment['status'];
  /** The step that it is at; of one that did not succeed, the one at which it failed. */
  step?: string;
}

export interface EdgeOverview {
  /** AWS's list as it was read last: seconds since 1970 at which it was published, and when (ISO) it was read. */
  list?: { token: number; readAt: string };
  pilots: EdgeOf[];
  /** The prefix lists, by what they are of; those that no pilot ever used are not there. */
  lists: EdgeLists[];
}

export type EdgeOf = { pilot: string; environment: string } & EdgeView;

export interface EdgeLists {
  service: string;
  /** `would`: they are not as they should be. */
  outcome: string;
  missing?: Listed[];
  extra?: Listed[];
  trouble?: string;
}

/** How a command fares: `status` in the words of Systems Manager. */
export type Ran = { status: string; isOver: false } | RanToItsEnd;

export interface RanToItsEnd {
  status: string;
  isOver: true;
  /** Absent where the command did not end by itself. */
  exitCode?: number;
  stdout: string;
  stderr: string;
  /** Those of which only a part is told: the end, as far as the log group has it. */
  cut: ('stdout' | 'stderr')[];
}

/** A migration as people are shown it. */
export type MigrationView = Pick<
  Migration,
  | 'release'
  | 'status'
  | 'at'
  | 'deployment'
  | 'command'
  | 'version'
  | 'down'
  | 'exitCode'
  | 'snapshot'
  | 'log'
  | 'more'
  | 'settledBy'
  | 'goneWith'
> & {
  /** The command whose exit code and lines are told is the one that migrates back. */
  ranBack?: true;
  /** Why it did not run, or why nobody can tell. */
  why?: string;
  /** What a person has to do. */
  todo?: string;
};

/** What is live. Only `kept`, and nothing in it, where nothing ever was. */
export interface LiveRelease {
  /** Somebody keeps the pilot offline: nothing goes live of its own accord. */
  offline?: KeptOffline;
  /** As the pointer says at this moment; absent when the pilot is offline. */
  release?: string;
  since?: string;
  commit?: string;
  /** Resolved, as it was deployed; while it is kept offline that of the release that comes back. Absent where the release was planned by a Pilotage that kept none. */
  manifest?: Resolved;
  /** GiB that its database has, which RDS may have let grow; absent where it has none of its own, or nobody could tell. */
  storage?: number;
  /** The releases that the traffic can be given back to, the live one among them, the latest first. */
  kept: { release: string; liveAt: string; commit?: string }[];
  /** What its database was made from, where that was a snapshot. */
  restored?: Restored;
}

/** Since when (ISO) a pilot is kept offline, by whom, and which release comes back. */
export type KeptOffline = Pick<Offline, 'at' | 'by' | 'release'>;

/** What a release is configured with. */
export interface ReleaseConfig {
  release: string;
  isLive: boolean;
  /** When it went live last. */
  since?: string;
  commit?: string;
  /** Absent where the release was planned by a Pilotage that kept no manifest. */
  configuration?: Configuration;
}

export interface PilotStatus {
  pilot: string;
  environment: string;
  url?: string;
  /** As the pointer says at this moment; absent when nothing was ever deployed, or when there is `trouble`. */
  live?: Live;
  /** Somebody keeps it offline, and nothing goes live of its own accord; absent while it is live. */
  offline?: KeptOffline;
  /** Why the pointer could not be read. */
  trouble?: string;
  last?: DeploymentView;
}

/** A deployment as people are shown it. */
export type DeploymentView = Pick<
  Deployment,
  | 'id'
  | 'pilot'
  | 'environment'
  | 'trigger'
  | 'requestedAt'
  | 'status'
  | 'step'
  | 'steps'
  | 'progress'
  | 'facts'
  | 'warnings'
  | 'alreadyLive'
  | 'shifted'
  | 'failure'
  | 'rolledBack'
  | 'finishedAt'
  | 'ending'
> & {
  release?: string;
  url?: string;
  target?: string;
  commit?: string;
  /** From the request to the end, or until now. */
  seconds: number;
};

/** The same, with what it waits for while a step is parked. */
export type DeploymentNow = DeploymentView & { waiting?: Pick<Parking, 'awaits' | 'deadline' | 'wakeAt'> };
