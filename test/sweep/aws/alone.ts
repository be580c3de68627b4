import type { Around } from './cloudformation.ts';
import type { Run } from './ecs/state.ts';

/** An instance of no group. */
export interface Lone {
  id: string;
  token: string;
  template: string;
  version: string;
  subnet: string;
  tags: Record<string, string>;
  state: 'pending' | 'running' | 'shutting-down' | 'terminated';
  at: number;
  /** How its installation went, once it is over. */
  installed?: 'well' | 'badly';
}

/** A command that was sent to such an instance. */
export interface Sent extends Run {
  instance: string;
  comment: string;
  status: 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'Cancelled';
  /** Its instance was ended while it ran. */
  cutOff?: true;
}

/** Instances that run one command each, and the commands. Plain data. */
export interface Alone {
  instances: Lone[];
  commands: Sent[];
  count: number;
}

export const noneAlone = (): Alone => ({ instances: [], commands: [], count: 0 });

export interface AlonePort {
  now: Alone;
  /** What reads that are behind may see. */
  seenBy(stale: boolean): Alone;
  /** The same token is the same instance. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html */
  start(asked: Pick<Lone, 'token' | 'template' | 'version' | 'subnet' | 'tags'>): Lone;
  terminate(id: string): Lone | undefined;
  /** @returns undefined where no agent answers there. */
  send(instance: string, command: string[], comment: string): Sent | undefined;
  cancel(id: string): void;
  /** Whether an instance of a version can be installed. */
  isInstallable: (template: string, version: string) => boolean;
  /** For how many seconds its user data lets one live. */
  livesFor: (template: string, version: string) => number;
  /** With which code a command ends. */
  exitOf: (run: Run) => number;
}

/** Milliseconds: until it runs, until its user data has ended, until the agent begins a command, for which that runs, until it is gone. */
const BOOTS_MS = [8_000, 15_000] as const;
const INSTALLED_MS = [30_000, 50_000] as const;
const BEGINS_MS = [500, 3_000] as const;
const RUNS_MS = [10_000, 40_000] as const;
const ENDS_MS = [10_000, 20_000] as const;
const BEHIND_MS = 5_000;

/** Amazon EC2 and Systems Manager, as far as one command runs on an instance of its own. */
export function aloneOf({ clock, random }: Pick<Around, 'clock' | 'random'>, now: Alone): AlonePort {
  let before = structuredClone(now);
  let changedAt = Number.NEGATIVE_INFINITY;
  const changing = () => {
    before = structuredClone(now);
    changedAt = clock.now();
  };
  const isUp = ({ state }: Lone) => state === 'pending' || state === 'running';
  const later = (ms: readonly [number, number], one: Lone, work: () => void) =>
    clock.after(random.whole(...ms), () => {
      if (isUp(one)) work();
    });

  function end(one: Lone): void {
    if (!isUp(one)) return;
    one.state = 'shutting-down';
    for (const command of now.commands)
      if (command.instance === one.id && command.stoppedAt === undefined) {
        if (command.startedAt !== undefined) command.cutOff = true;
        command.stoppedAt = clock.now();
      }
    clock.after(random.whole(...ENDS_MS), () => {
      one.state = 'terminated';
    });
  }

  function finish(command: Sent, status: Sent['status'], exitCode?: number): void {
    if (command.stoppedAt !== undefined) return;
    Object.assign(command, { status, stoppedAt: clock.now(), ...(exitCode !== undefined && { exitCode }) });
  }

  const port: AlonePort = {
    now,
    seenBy: (stale) => (stale && clock.now() - changedAt < BEHIND_MS ? before : now),
    start(asked) {
      const standing = now.instances.find(({ token }) => token === asked.token);
      if (standing) return standing;
      changing();
      now.count += 1;
      const one: Lone = {
        ...asked,
        id: `i-a${String(now.count).padStart(16, '0')}`,
        state: 'pending',
        at: clock.now(),
      };
      now.instances.push(one);
      later(BOOTS_MS, one, () => {
        one.state = 'running';
        later(INSTALLED_MS, one, () => {
          one.installed = port.isInstallable(one.template, one.version) ? 'well' : 'badly';
          if (one.installed === 'badly') end(one);
        });
        clock.after(port.livesFor(one.template, one.version) * 1000, () => end(one));
      });
      return one;
    },
    terminate(id) {
      const one = now.instances.find((known) => known.id === id);
      if (!one) return undefined;
      changing();
      end(one);
      return one;
    },
    send(instance, command, comment) {
      const one = now.instances.find(({ id }) => id === instance);
      if (one?.state !== 'running') return undefined;
      changing();
      now.count += 1;
      const sent: Sent = {
        arn: `00000000-0000-4000-8000-${String(now.count).padStart(12, '0')}`,
        token: '',
        startedBy: '',
        definition: `task--${one.tags['pilotage:release']}:1`,
        command,
        at: clock.now(),
        instance,
        comment,
        status: 'Pending',
      };
      now.commands.push(sent);
      later(BEGINS_MS, one, () => {
        if (sent.stoppedAt !== undefined) return;
        Object.assign(sent, { status: 'InProgress', startedAt: clock.now() });
        clock.after(random.whole(...RUNS_MS), () => {
          const code = port.exitOf(sent);
          finish(sent, code === 0 ? 'Success' : 'Failed', code);
        });
      });
      return sent;
    },
    cancel(id) {
      const command = now.commands.find(({ arn }) => arn === id);
      if (command) finish(command, 'Cancelled');
    },
    isInstallable: () => true,
    livesFor: () => 0,
    exitOf: () => 0,
  };
  return port;
}
