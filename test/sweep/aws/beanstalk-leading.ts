import type { Environment, Version } from '../../../local/beanstalk/account.ts';
import type { Around } from './cloudformation.ts';
import type { Run } from './ecs/state.ts';

/** A leader command that an instance ran, with what it told of that. */
export interface Led extends Run {
  /** The id of its environment. */
  environment: string;
  /** Pilotage noted that it was to be ended. */
  stopped?: true;
  /** Its environment was terminated while it ran. */
  cutOff?: true;
}

/** Milliseconds that it runs, and until Elastic Beanstalk sees that it has ended. */
const RUNS_MS = [10_000, 40_000] as const;
const SEEN_MS = [5_000, 20_000] as const;

export interface Leading {
  /** What an instance does before it would start the release of a version; what failed, where that is over. */
  run(environment: Environment, version: Version): Promise<string | undefined>;
  /** The instance of an environment is gone. */
  end(environment: Environment): void;
}

/** What a version's bundle asks an instance to run, by the script that is in it as it is. */
function askedIn(bundle: Uint8Array | undefined): { token: string; release: string; command: string[] } | undefined {
  const text = Buffer.from(bundle ?? []).toString('latin1');
  const [, release = ''] = /release ([0-9a-f]{20}), for one command/.exec(text) ?? [];
  const [, token = ''] = /\nWORDS=(\w+)\n/.exec(text) ?? [];
  const [, command = ''] = /\nset -- (.+)\n/.exec(text) ?? [];
  return token ? { token, release, command: command.split(' ') } : undefined;
}

/** Leader commands in virtual time, each run by whoever makes its log stream: only the first does. */
export function leadingOf(
  { clock, random }: Pick<Around, 'clock' | 'random'>,
  led: Led[],
  told: { bundleOf: (version: Version) => Uint8Array | undefined; exitOf: (run: Run) => number },
): Leading {
  return {
    async run(environment, version) {
      const asked = askedIn(told.bundleOf(version));
      if (!asked) return undefined;
      if (isOver(environment) || led.some(({ token }) => token === asked.token)) return FAILED;
      const { token, release, command } = asked;
      const run: Led = {
        arn: `leader of ${environment.id}`,
        token,
        startedBy: '',
        definition: `task--${release}:1`,
        command,
        at: clock.now(),
        startedAt: clock.now(),
        environment: environment.id,
      };
      led.push(run);
      await clock.sleep(random.whole(...RUNS_MS));
      if (run.stoppedAt === undefined) Object.assign(run, { stoppedAt: clock.now(), exitCode: told.exitOf(run) });
      await clock.sleep(random.whole(...SEEN_MS));
      return FAILED;
    },
    end({ id }) {
      for (const run of led)
        if (run.environment === id && run.stoppedAt === undefined)
          Object.assign(run, { stoppedAt: clock.now(), cutOff: true });
    },
  };
}

const isOver = ({ status }: Environment): boolean => status === 'Terminating' || status === 'Terminated';
const FAILED = 'Command zzz_pilotage failed on instance. Return code: 1.';

/** The lines of a log stream that an instance has made; undefined where none has. */
export function linesLed(led: readonly Led[], stream: string): string[] | undefined {
  const run = led.find(({ token }) => stream === token || stream === `${token}-output`);
  if (!run) return undefined;
  const { token, startedAt = 0, exitCode, stopped } = run;
  if (stream !== token) return ['starting', 'no such file'];
  return [
    `begun ${new Date(startedAt).toISOString()}`,
    ...(stopped ? ['stopped'] : []),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
  ];
}
