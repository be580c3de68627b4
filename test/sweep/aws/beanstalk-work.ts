import { createHash } from 'node:crypto';
import {
  type Account,
  type Environment,
  setHealth,
  type Version,
  type Work,
} from '../../../local/beanstalk/account.ts';
import type { Leading } from './beanstalk-leading.ts';
import type { Around } from './cloudformation.ts';

/** Milliseconds that it takes to read a bundle, to start instances, to have them take a version, and to stop them. */
const READ_MS = [1_000, 6_000] as const;
const LAUNCHED_MS = [60_000, 120_000] as const;
const DEPLOYED_MS = [20_000, 50_000] as const;
const STARTED_MS = [40_000, 80_000] as const;
const TERMINATED_MS = [30_000, 90_000] as const;
/** Until enhanced health has seen enough of new instances to judge them. */
const JUDGED_MS = [10_000, 25_000] as const;

const ILL = 'ELB health is failing or not available for all instances.';

interface Told {
  account: Account;
  isWell: (version: Version) => boolean;
  leading: Leading;
  /** Called before something changes by itself, and after it has. */
  changing: () => void;
  changed: (environment: Environment) => void;
}

/**
 * How long Elastic Beanstalk takes for its operations, and what comes of them: in virtual time.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-status.html
 */
export function workOf({ clock, random }: Pick<Around, 'clock' | 'random'>, told: Told): Work {
  const { account, isWell, leading, changing, changed } = told;

  /** New instances are pending first, then found well, or not. */
  function judgeLater(environment: Environment, version: Version): void {
    const isStill = () => environment.status === 'Ready' && environment.version === version.label;
    if (!isStill()) return;
    environment.health = 'Grey';
    environment.healthStatus = 'Pending';
    for (const instance of environment.instances) instance.status = 'Pending';
    changed(environment);
    clock.after(random.whole(...JUDGED_MS), () => {
      // A swap meanwhile changes nothing of how it is.
      if (environment.version !== version.label || environment.status === 'Terminated') return;
      changing();
      const isFine = isWell(version);
      setHealth(environment, isFine ? 'Green' : 'Red', isFine ? [] : [ILL]);
      changed(environment);
    });
  }

  return {
    async process() {
      await clock.sleep(random.whole(...READ_MS));
      changing();
      return undefined;
    },
    async deploy(environment, version) {
      const isNew = environment.status === 'Launching';
      // The same one in each run of a seed.
      if (isNew) environment.id = idOf(`${environment.name} ${account.environments.length}`);
      const [least, most] = isNew ? LAUNCHED_MS : DEPLOYED_MS;
      await clock.sleep(random.whole(least, most));
      const failed = await leading.run(environment, version);
      changing();
      if (failed) {
        clock.after(0, () => changed(environment));
        return failed;
      }
      clock.after(0, () => judgeLater(environment, version));
      return undefined;
    },
    async resize({ desired, instances }) {
      if (desired > instances.length) await clock.sleep(random.whole(...STARTED_MS));
      changing();
    },
    async terminate(environment) {
      leading.end(environment);
      await clock.sleep(random.whole(...TERMINATED_MS));
      changing();
      clock.after(0, () => changed(environment));
    },
  };
}

/** `e-` and ten letters and digits. */
const idOf = (text: string) => `e-${createHash('sha256').update(text).digest('hex').slice(0, 10)}`;
