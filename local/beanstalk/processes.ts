import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Child } from '../children.ts';
import { type Environment, setHealth, type Work } from './account.ts';
import { runCommands } from './commands.ts';
import { type Instance, isGood, startInstance, statusOf } from './instance.ts';
import { propertiesOf } from './properties.ts';
import { type Surroundings, surround } from './surroundings.ts';
import { startOf, unpackBundle } from './unpack.ts';

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

/** Where instances find AWS. */
type Where = Pick<Surroundings, 'emulatorUrl' | 'region'>;

interface Running {
  instances: Instance[];
  turn: number;
  bad: number;
  watch: NodeJS.Timeout;
}

/** @param folder for bundles and logs. */
export function runProcesses(s3: S3Client, folder: string, where: Where): Processes {
  const running = new Map<string, Running>();
  const commanded = new Map<string, Child>();
  const surrounded = surround({ ...where, folder: join(folder, 'instance') });
  surrounded.catch(() => undefined);
  const end = async (id: string) => {
    const found = running.get(id);
    running.delete(id);
    await commanded.get(id)?.stop();
    commanded.delete(id);
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
      const into = join(folder, environment.id, version.label);
      await mkdir(into, { recursive: true });
      await unpackBundle(s3, version.bundle, into);
      const properties = await propertiesOf(environment.settings, where);
      if (typeof properties === 'string') return properties;
      const failed = await runCommands({
        folder: into,
        variables: { ...(await surrounded), ...properties },
        isLeader: true,
        log: `${into}-commands.log`,
        started: (child) => commanded.set(environment.id, child),
      });
      if (failed) return failed;
      const started = await startAll(into, environment, properties, 0, environment.desired);
      if (typeof started === 'string') return started;
      // What ran before goes on answering until those that take its place do.
      const before = running.get(environment.id);
      running.set(environment.id, { instances: started, turn: 0, bad: 0, watch: watch(environment) });
      clearInterval(before?.watch);
      await Promise.all(before?.instances.map(({ child }) => child.stop()) ?? []);
      return undefined;
    },
    terminate: (environment) => end(environment.id),
    async resize(environment, version) {
      const found = running.get(environment.id);
      if (!found) return;
      const into = join(folder, environment.id, version.label);
      const properties = await propertiesOf(environment.settings, where);
      const started =
        typeof properties === 'string'
          ? properties
          : await startAll(into, environment, properties, found.instances.length, environment.desired);
      const ended = found.instances.splice(environment.desired);
      if (typeof started !== 'string') found.instances.push(...started);
      await Promise.all(ended.map(({ child }) => child.stop()));
    },
    portOf({ id }) {
      const found = running.get(id);
      if (!found) return undefined;
      found.turn = (found.turn + 1) % found.instances.length;
      return found.instances[found.turn]?.port;
    },
    async stop() {
      await Promise.all([...running.keys(), ...commanded.keys()].map(end));
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

/** Those from one number to another one, which it is without. */
async function startAll(
  folder: string,
  { settings }: Environment,
  variables: Record<string, string>,
  from: number,
  to: number,
): Promise<Instance[] | string> {
  const command = await startOf(folder);
  if (!command) return 'nothing in the bundle says how it is started';
  const health = settings[HEALTH];
  const started = await Promise.all(
    Array.from({ length: Math.max(0, to - from) }, (_, index) =>
      startInstance({ folder, command, variables, log: `${folder}-${from + index}.log`, ...(health && { health }) }),
    ),
  );
  const wrong = started.find((one) => typeof one === 'string');
  const well = started.filter((one) => typeof one !== 'string');
  if (wrong === undefined) return well;
  await Promise.all(well.map(({ child }) => child.stop()));
  return wrong;
}
