import type { SettingsFile } from '../configuration/render.ts';
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
   * Puts the file of settings that the release reads where it finds it, before it is prepared; what is live goes on
   * reading its own. Absent where configuration comes with the release itself.
   * @param file as its manifest asks for it; absent where it asks for none, and where the manifest was not kept.
   * @param since when it was begun with: however often one looks, the wait is no longer. Absent: now.
   */
  configure?(plan: Plan, lease: Lease, file?: SettingsFile, since?: Date): Promise<Outcome>;

  /** Runs commands with the release's own code, apart from what serves; absent where none can be run. */
  task?: TaskRunner;

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
   * @param keep what runs the release was there before and goes on running.
   * @throws when the lock is lost meanwhile.
   */
  rollback(plan: Plan, before: Live, lease: Lease, keep?: boolean): Promise<RolledBack | Failed>;

  /** Takes down what runs the release where that gets no traffic: it failed before it got any. Absent where it costs nothing. */
  stopIdle?(plan: Plan, lease: Lease): Promise<void>;

  /**
   * Makes what answers while the pilot is offline, where that has to be there before the pointer can lead to it; parks
   * until it is. Absent where the pointer itself says it.
   * @param page what visitors are to see; absent: the usual page.
   */
  prepareOffline?(plan: Plan, page: string | undefined, lease: Lease): Promise<Outcome>;

  /**
   * Takes all traffic from whatever is live: visitors get the page with status 503 from then on. What ran goes on running.
   * Reads the pointer, moves it, reads it back; fails when the traffic is not where `before` says.
   */
  offline(plan: Plan, before: Live, page: string | undefined, lease: Lease): Promise<Done | Growing | Failed>;

  /**
   * Takes down what served before, once no viewer can be sent to it any more; parks until then.
   * @param since when all traffic had moved.
   */
  rest(plan: Plan, before: Live, since: Date, lease: Lease): Promise<Done | Parked | Failed>;

  /** Names of the alarms, of the pilot's stack, that tell how those fare who get the traffic; absent where there are none. */
  alarms?(plan: Plan): string[];

  /** The log groups that the pilot writes to; absent: its own one. */
  logGroups?(plan: Plan): string[];

  /** Where a command can be run in what is live; absent where nothing runs that could be entered. */
  shell?(plan: Plan): Promise<Shell | undefined>;

  /** Addresses of images that AWS goes on needing beside those of the releases; absent where there are none. */
  imagesHeld?(of: { pilot: string; environment: string }): Promise<string[]>;

  /** Removes releases that are no longer kept. Never the live one. */
  retire(plan: Plan, releases: string[], lease: Lease): Promise<Done | Failed>;

  /**
   * Takes down all that Pilotage itself made in an environment, whatever releases there are or ever were, beginning with what
   * visitors come in by; what the pilot's stack made is left to it. Parks until what AWS takes its time for is gone. Absent
   * where an environment of this target cannot be removed.
   */
  remove?(remains: Remains, lease: Lease): Promise<Done | Parked | Failed>;
}

/** What is known of an environment that is to go: there may be no plan of anything that stands in it. */
export interface Remains {
  pilot: string;
  environment: string;
  /** Outputs of the pilot's stack by name, as it tells them now; none where it was never made. */
  stack: Record<string, string>;
  /** When taking it down was begun with: however often one looks, the wait is no longer. */
  since: Date;
}

/** Runs a command once: a migration, or what takes one back. */
export interface TaskRunner {
  /**
   * Starts it. With the same id again it is the same run, also where the first answer was lost. Parks while the
   * release's code is not ready to be run, and while nobody can tell yet whether an earlier call has started it.
   * `Failed`: it was not started, and will not be.
   */
  start(plan: Plan, task: Task, lease: Lease): Promise<Started | Parked | Failed>;
  /** One look at what was started. */
  look(plan: Plan, handle: string): Promise<TaskLook>;
  /** Ends it, if it still runs. */
  stop(plan: Plan, handle: string): Promise<void>;
}

export interface Task {
  /** At most 32 letters and digits; another one for each run that there shall be. */
  id: string;
  command: string[];
  /** Seconds that it may take. */
  timeout: number;
  /**
   * Claims the one start that there is; to be asked right before the call that makes it run.
   * @returns `isFirst` is false when it was claimed before, since then: it may run, or have run, already.
   * @throws when the lock is lost.
   */
  claim(): Promise<{ isFirst: boolean; since: Date }>;
}

export interface Started {
  outcome: 'started';
  /** Tells `look` and `stop` which run is meant; at most 1 KB. */
  handle: string;
  /** What it came to, where the call that started it told that already. */
  look?: TaskLook;
}

export type TaskLook =
  /** `since`: when (ISO) the command itself began; absent before. */
  | { state: 'running'; progress: string; since?: string }
  /** Not to be seen at this moment: not yet, or no more. It may run all the same, and is left alone. */
  | { state: 'unseen'; progress: string }
  /** `log`: its last lines, oldest first; `more`: an address where all of them are. */
  | { state: 'ended'; exitCode: number; log: string[]; more?: string }
  /** Known not to have run a line of the command: it may be tried again. */
  | { state: 'never-ran'; code: string; reason: string }
  /** Nobody can tell whether it ran: a person has to look. */
  | { state: 'lost'; reason: string };

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
  /** In the target's own words: what visitors see while the pilot is offline, where that is not the usual page. */
  page?: string;
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
