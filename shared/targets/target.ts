import type { Resolved } from '../manifest/complete.ts';
import type { Done, Failed, Outcome, Parked, Refused } from '../outcome.ts';

/**
 * What runs a pilot. Each kind of target answers these questions; nothing
 * outside this folder knows which kind it talks to.
 *
 * Every method may be called twice, be cut off anywhere, or run after its
 * successor's first try: read, compare, act, read back.
 */
export interface Target {
  /** What a release of this manifest would be. Only reads; refuses what could never work. */
  plan(request: PlanRequest): Promise<Plan | Refused>;

  /** What the pointer says now: the truth about who gets the traffic. */
  live(plan: Plan): Promise<Live>;

  /**
   * Brings the idle colour up with the release. Viewers notice nothing. It never waits itself: what
   * takes longer is `parked`, and looked at again.
   * @param live read right before: which colour is idle goes by it.
   */
  prepare(plan: Plan, live: Live, lease: Lease): Promise<Outcome>;

  /** One short look at whether the release is complete and could take traffic. */
  look(plan: Plan): Promise<Look>;

  /**
   * Gives the release `weight` percent of the traffic, the rest staying with
   * what was live before: reads the pointer, moves it, reads it back. Never lowers
   * the share that it has; `facts.weight` is the share that it has now. Moves nothing while the release
   * still grows to what it has to bear: then it is to be asked again.
   */
  shift(plan: Plan, before: Live, weight: number, lease: Lease): Promise<Shifted | Growing | Failed>;

  /**
   * Gives all traffic of the release back to what was live before; where it has none, what
   * serves is left as it is. Safe to repeat, even half done. `facts.rolledBack` is false
   * where a newer deployment holds the pointer: then nothing was done.
   * @throws when the lock is lost meanwhile.
   */
  rollback(plan: Plan, before: Live, lease: Lease): Promise<RolledBack | Failed>;

  /**
   * Takes down what served before, once no viewer can be sent to it any more; parks until then.
   * @param since when all traffic had moved.
   */
  rest(plan: Plan, before: Live, since: Date, lease: Lease): Promise<Done | Parked | Failed>;

  /** Names of the alarms, of the pilot's stack, that tell how those fare who get the traffic; absent where there are none. */
  alarms?(plan: Plan): string[];

  /** Where a command can be run in what is live; absent where nothing runs that could be entered. */
  shell?(plan: Plan): Promise<Shell | undefined>;

  /** Removes releases that are no longer kept. Never the live one. */
  retire(plan: Plan, releases: string[], lease: Lease): Promise<Done | Failed>;
}

export interface PlanRequest {
  pilot: string;
  environment: string;
  /** Of this target, and with nothing in it that this version cannot deploy. */
  manifest: Resolved;
  /** Where the manifest was read from; relative artifacts lie beside it, in the version that was uploaded with it. */
  from: { bucket: string; key: string; artifactVersion?: string };
}

/**
 * What a deployment will do, settled in Validate and kept with the deployment
 * and with the release, so that a rollback needs no manifest. At most 4 KB.
 */
export interface Plan {
  target: string;
  pilot: string;
  environment: string;
  /** Digest of artifact and resolved manifest: 20 hex digits. */
  release: string;
  /** Where people will see it. */
  url: string;
  /** For people: `{ files: 12, bytes: 34567 }`. */
  summary: Record<string, string | number>;
  /** The target's own facts, JSON. No other code reads them. */
  detail: unknown;
  /** Outputs of the pilot's stack by name, settled by Provision; absent for a target without a stack. */
  stack?: Record<string, string>;
}

/** The pointer as read at one moment. */
export interface Live {
  /** The release that serves those who get no share of a running shift; absent when offline. */
  release?: string;
  /** Percent of traffic for each release: sums to 100, or is empty when offline. */
  weights: Record<string, number>;
  /** Fencing number of the deployment that wrote the pointer last, also while offline; 0 when none did. */
  fence: number;
  /** The pointer's own text, which tells how what was live was served; absent when offline. */
  pointer?: string;
}

/** `waiting` has not failed yet; say how far it is. */
export type Look = { state: 'ready' } | { state: 'waiting'; progress: string } | { state: 'broken'; reason: string };

/** What a shift did: the percentage that the release has now, which is more than was asked for where it had more. */
export type Shifted = Done & { facts: { weight: number } };

/** The release is well, and not yet as large as it has to be, or its traffic is on its way; `progress` says how far it is. */
export interface Growing {
  outcome: 'growing';
  progress: string;
  /** The traffic begins to be the release's already. */
  moving?: true;
}

/** What a rollback did; `serving` is the release that serves after it, or `nothing`. */
export type RolledBack = Done & { facts: { rolledBack: true; serving: string } | { rolledBack: false } };

/** Where a command can be run: a container that ECS Exec enters, or an instance that Session Manager does. */
export type Shell = TaskShell | InstanceShell;

export interface InstanceShell {
  instance: string;
  region: string;
  /** As whom, where, and with which environment the pilot runs there. */
  user: string;
  folder: string;
  environmentFile: string;
  /** The pilot's log group. */
  logs: string;
}

export interface TaskShell {
  cluster: string;
  task: string;
  container: string;
  region: string;
}

/** Proof that this deployment holds the lock: a pointer written under a higher fence is left alone. */
export interface Lease {
  deployment: string;
  fence: number;
  /**
   * To be asked between reading the pointer and writing it: says what it is about to say.
   * @returns false when the lock was lost: leave the pointer alone.
   */
  mayMove(weights: Live['weights']): Promise<boolean>;
  /** To be asked right before anything else is changed: whether the lock is still held. */
  holds(): Promise<boolean>;
}
