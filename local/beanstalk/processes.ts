import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Environment, setHealth, type Version, type Work } from './account.ts';
import { type Instance, isGood, startInstance, statusOf } from './instance.ts';
import { startOf, unpackBundle } from './unpack.ts';

const VARIABLES = 'aws:elasticbeanstalk:application:environment:';
const HEALTH = 'aws:elasticbeanstalk:environment:process:default:HealthCheckPath';
/** Between two looks, and how many bad ones in a row mean ill. */
const LOOK_MS = 1_000;
const ILL = 3;

/** Work that runs what bundles hold, as processes of this machine: one for each instance. */
export interface Processes extends Work {
  /** The port of one of an environment's instances, each in turn; undefined where it has none. */
  portOf(environment: Environment): number | undefined;
  stop(): Promise<void>;
}

interface Running {
  instances: Instance[];
  turn: number;
  bad: number;
  watch: NodeJS.Timeout;
}

/** @param folder for bundles and logs. */
export function runProcesses(s3: S3Client, folder: string): Processes {
  const running = new Map<string, Running>();
  const end = async (id: string) => {
    const found = running.get(id);
    running.delete(id);
    if (!found) return;
    clearInterval(found.watch);
    await Promise.all(found.instances.map(({ child }) => child.stop()));
  };
  return {
    async process({ bundle: { bucket, key } }) {
      const found = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(() => undefined);
      return found ? undefined : `Unable to download from S3 location (Bucket: ${bucket} Key: ${key}).`;
    },
    async deploy(environment, version) {
      const started = await startAll(s3, join(folder, environment.id, version.label), environment, version);
      if (typeof started === 'string') return started;
      // What ran before goes on answering until those that take its place do.
      const before = running.get(environment.id);
      running.set(environment.id, { instances: started, turn: 0, bad: 0, watch: watch(environment) });
      clearInterval(before?.watch);
      await Promise.all(before?.instances.map(({ child }) => child.stop()) ?? []);
      return undefined;
    },
    terminate: (environment) => end(environment.id),
    portOf({ id }) {
      const found = running.get(id);
      if (!found) return undefined;
      found.turn = (found.turn + 1) % found.instances.length;
      return found.instances[found.turn]?.port;
    },
    async stop() {
      await Promise.all([...running.keys()].map(end));
    },
  };

  function watch(environment: Environment): NodeJS.Timeout {
    const path = environment.settings[HEALTH];
    return setInterval(async () => {
      const found = running.get(environment.id);
      if (!found || environment.status !== 'Ready') return;
      const seen = await Promise.all(found.instances.map(({ port }) => statusOf(port, path ?? '/')));
      const isWell = seen.every((status) => status !== undefined && (path === undefined || isGood(status)));
      found.bad = isWell ? 0 : found.bad + 1;
      if (isWell && environment.health === 'Red') setHealth(environment, 'Green');
      if (found.bad === ILL) setHealth(environment, 'Red', [`${path ?? '/'} is not answered well: ${seen.join(', ')}`]);
    }, LOOK_MS).unref();
  }
}

async function startAll(
  s3: S3Client,
  folder: string,
  { settings }: Environment,
  { bundle }: Version,
): Promise<Instance[] | string> {
  await mkdir(folder, { recursive: true });
  await unpackBundle(s3, bundle, folder);
  const command = await startOf(folder);
  if (!command) return 'nothing in the bundle says how it is started';
  const given = Object.entries(settings).filter(([path]) => path.startsWith(VARIABLES));
  const variables = Object.fromEntries(given.map(([path, value]) => [path.slice(VARIABLES.length), value]));
  const health = settings[HEALTH];
  const count = Number(settings['aws:autoscaling:asg:MinSize'] ?? 1);
  const started = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startInstance({ folder, command, variables, log: `${folder}-${index}.log`, ...(health && { health }) }),
    ),
  );
  const wrong = started.find((one) => typeof one === 'string');
  const well = started.filter((one) => typeof one !== 'string');
  if (wrong === undefined) return well;
  await Promise.all(well.map(({ child }) => child.stop()));
  return wrong;
}
