import type { LogLine } from './aws/logs.ts';
import type { Problem } from './errors.ts';
import type { Deployment } from './ledger/deployment.ts';
import type { Parking } from './ledger/parking.ts';
import type { Resolved } from './manifest/complete.ts';
import type { StackPreview } from './preview/stack.ts';
import type { Live, Shell } from './targets/target.ts';

/**
 * What the CLI and the console ask of the function `api`, invoked directly with
 * the caller's own AWS credentials; who may call is IAM's business.
 *
 * Where no environment is given, `status` means all of them, the others `production`.
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
      requestedBy?: string;
      /** Made once by the caller and kept over retries: `2026-11-21T01:57:15Z/<uuid>`. */
      request: string;
    }
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
  /** What is live: its release and its manifest, to compare with. */
  | { action: 'live'; pilot: string; environment?: string }
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
  /** The deployment that gives up, and the step that it is at. */
  cancel: { deployment: string; step?: string };
  /** The new deployment, and the one that it does once more. */
  retry: { deployment: string; of: string };
  /** Oldest first. */
  logs: { lines: LogLine[] };
  shell: Shell;
  /** Where it runs, its id at Systems Manager, and the log group that has all of its output. */
  run: { instance: string; command: string; logs: string };
  ran: Ran;
  live: LiveRelease;
  /** Their places are in the manifest, called `pilot.yaml`, or in the operator's file in S3. */
  check: { problems: Problem[]; stack?: StackPreview };
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

/** What is live. Only `kept`, and nothing in it, where nothing ever was. */
export interface LiveRelease {
  /** As the pointer says at this moment; absent when the pilot is offline. */
  release?: string;
  since?: string;
  commit?: string;
  /** Resolved, as it was deployed; absent where the release was planned by a Pilotage that kept none. */
  manifest?: Resolved;
  /** The releases that the traffic can be given back to, the live one among them, the latest first. */
  kept: { release: string; liveAt: string; commit?: string }[];
}

export interface PilotStatus {
  pilot: string;
  environment: string;
  url?: string;
  /** As the pointer says at this moment; absent when nothing was ever deployed, or when there is `trouble`. */
  live?: Live;
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
