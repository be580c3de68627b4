import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { buildCli } from '../build/cli.ts';
import { buildFunctions } from '../build/functions.ts';
import { PACKAGE_FOLDER, packageStack } from '../build/package.ts';
import type { Problem } from '../shared/errors.ts';
import { startDataPlane } from './balancer/data-plane.ts';
import { startBeanstalk } from './beanstalk/local.ts';
import { type LocalBuilds, startBuilds } from './builds/local.ts';
import { createEmulatedEdge } from './edge/emulator.ts';
import { openTopic, publishRanges } from './edge/published.ts';
import { ACCOUNT, type Emulator, REGION, startEmulator } from './emulator/start.ts';
import { functionsNodeOptions } from './emulator/variables.ts';
import { type LocalGit, startGit } from './git/git.ts';
import type { Ports } from './ports.ts';
import { deployStack } from './stack/deploy.ts';
import { imagesIn } from './tasks/images.ts';
import { tickWatchdog } from './watchdog.ts';

/** Examples whose images are folders of this machine. */
const CONTAINERS = ['ecs', 'ecs-database'];

/** The site domain of a local run: browsers know that every name below it is this machine. */
const SITE_DOMAIN = 'localhost';
const STAGE = 'dev';
/** Of the stack; what belongs to the installation is named by it as well. */
export const STACK_NAME = `pilotage-${STAGE}`;

/** Any will do: no CloudFront asks from outside here. */
const PREFIX_LIST = 'pl-0123456789abcdef0';

export interface Environment {
  emulator: Emulator;
  /** What is served as AWS's list of its addresses, for as long as it runs. */
  ranges: string;
  outputs: Record<string, string>;
  ports: Ports;
  /** The file by which the CLI finds the stack. */
  note: string;
  /** What was asked of CodeBuild. */
  builds: Pick<LocalBuilds, 'journal'>;
  /** Absent where git is not on this machine. */
  git?: LocalGit;
  stop(): Promise<void>;
}

/** Where a run keeps its things, when not where `npm start` does. */
export interface Place {
  /** For the note by which the CLI finds the stack, the log, and what is of no use afterwards; `.local` unless said otherwise. */
  folder?: string;
  /** Where functions send their calls, when a recording proxy is to hear them. */
  functionsPort?: number;
}

/** Something that is being brought up, in words, and how it goes. */
export type Bring = <Result>(what: string, work: (tell: (line: string) => void) => Promise<Result>) => Promise<Result>;

/** What could not be brought up, and why. */
export class NotUp extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * Brings up all of Pilotage on this machine: the emulator, the functions, the
 * stack, the edge, the watchdog's rounds; and leaves a note by which the CLI finds it.
 * @throws NotUp
 */
export async function bringUp(root: string, ports: Ports, bring: Bring, place: Place = {}): Promise<Environment> {
  const { folder = join(root, '.local'), functionsPort } = place;
  // Before the emulator, whose functions have to know where it is.
  const beanstalk = await startBeanstalk({
    emulatorUrl: `http://127.0.0.1:${ports.emulator}`,
    region: REGION,
    account: ACCOUNT,
    folder: join(folder, 'beanstalk'),
  });
  const builds = await startBuilds({
    emulatorUrl: `http://127.0.0.1:${ports.emulator}`,
    region: REGION,
    account: ACCOUNT,
    folder: join(folder, 'builds'),
  });
  const emulator = await bring('AWS emulator', async (tell) => {
    const started = await startEmulator({
      port: ports.emulator,
      root,
      onProgress: tell,
      folder,
      beanstalk,
      builds: builds.url,
      ...(functionsPort && { functionsPort }),
    });
    if ('problem' in started) throw new NotUp(started.problem);
    return started.emulator;
  });
  const dataPlane = await bring('load balancers', async () => {
    const images = Object.assign({}, ...CONTAINERS.map((name) => imagesIn(join(root, 'examples', name), ['v1', 'v2'])));
    const started = await startDataPlane({ emulatorUrl: emulator.url, images, ports });
    if ('problem' in started) throw new NotUp(started.problem);
    return started.dataPlane;
  });
  await bring('functions', async (tell) => {
    await buildCli();
    const built = (await buildFunctions({ root })).filter((one) => one.built);
    tell(built.length ? `${built.length} built` : 'unchanged');
  });
  await bring('template', async (tell) => tell((await packageStack(root)) ? 'packaged' : 'unchanged'));
  const ranges = join(folder, 'ip-ranges.json');
  await mkdir(folder, { recursive: true });
  await copyFile(join(root, 'local/edge/ip-ranges.json'), ranges);
  const published = await publishRanges(ranges);
  const outputs = await bring('stack', async (tell) => {
    await openTopic(emulator);
    const deployed = await deployStack({
      endpoint: emulator.url,
      region: emulator.region,
      credentials: emulator.credentials,
      stackName: STACK_NAME,
      packageFolder: join(root, PACKAGE_FOLDER),
      functionsFolder: join(root, 'dist/functions'),
      parameters: {
        SiteDomain: SITE_DOMAIN,
        SiteUrl: `http://*.${SITE_DOMAIN}:${ports.edge}`,
        CloudFrontPrefixList: PREFIX_LIST,
        IpRangesUrl: published.url,
      },
      nodeOptions: functionsNodeOptions(root),
      onProgress: nowAndThen(tell),
    });
    if (!deployed.deployed) throw new NotUp(deployed.problem);
    return deployed.outputs;
  });
  const git = await bring('repositories', (tell) => openGit(join(folder, 'git'), ports, tell));
  const edge = await bring('edge', () => startEdge(root, emulator, outputs, ports));
  const rounds = [outputs.WatchdogFunction, outputs.BackupsFunction].map((name) => tickWatchdog(emulator, name ?? ''));
  const note = await leaveNote(folder, emulator, outputs);

  return {
    emulator,
    ranges,
    outputs,
    ports,
    note,
    builds,
    ...(git && { git }),
    async stop() {
      for (const round of rounds) round.stop();
      await rm(note, { force: true });
      await dataPlane.stop();
      await new Promise<void>((closed) => {
        edge.close(() => closed());
        edge.closeAllConnections();
      });
      // Webhooks on their way are still answered.
      await git?.stop();
      // While it can still be told how they ended.
      await builds.stop();
      await emulator.stop();
      await published.stop();
      await beanstalk.stop();
    },
  };
}

/** A hundred resources are made in a second: each twenty-fifth is enough to see that it goes on. */
function nowAndThen(tell: (line: string) => void): (line: string) => void {
  let made = 0;
  return (line) => {
    if (line.endsWith('_COMPLETE') && ++made % 25 === 0) tell(`${made} resources`);
  };
}

/** A git server with nothing in it: what a run before left there belongs to an installation that is gone. */
async function openGit(folder: string, ports: Ports, tell: (line: string) => void): Promise<LocalGit | undefined> {
  await rm(folder, { recursive: true, force: true });
  const started = await startGit({ folder, port: ports.git });
  if ('git' in started) return started.git;
  if (started.problem.code !== 'NO_GIT') throw new NotUp(started.problem);
  tell(`${started.problem.message}: pushes are not shown`);
  return undefined;
}

async function startEdge(
  root: string,
  { url }: Emulator,
  outputs: Record<string, string>,
  ports: Ports,
): Promise<Server> {
  const edge = createEmulatedEdge({
    functionCode: await readFile(join(root, 'edge/viewer-request.js'), 'utf8'),
    endpoint: url,
    siteBucket: outputs.SiteBucket ?? '',
    kvsArn: outputs.Pointers ?? '',
    siteDomain: SITE_DOMAIN,
    notFoundFunction: outputs.NotFoundFunction ?? '',
    onError: (error) => console.error('edge:', error),
  });
  await new Promise<void>((ready, failed) => {
    edge.once('error', failed);
    edge.listen(ports.edge, '127.0.0.1', ready);
  });
  return edge;
}

async function leaveNote(folder: string, { url, region }: Emulator, outputs: Record<string, string>): Promise<string> {
  const file = join(folder, 'stack.json');
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify({ url, region, stage: STAGE, outputs, pid: process.pid }, undefined, 2));
  return file;
}
