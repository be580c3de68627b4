import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildPhaseType } from '@aws-sdk/client-codebuild';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Child } from '../children.ts';
import type { Report } from './agent.ts';
import { collect, upload } from './artifacts.ts';
import { assume, type Credentials, clientOf, type Where } from './aws.ts';
import { type Build, uuidOf } from './build.ts';
import { type Buildspec, parseBuildspec } from './buildspec.ts';
import { cacheOf, keep, restore } from './cache.ts';
import { runCommands, surroundings } from './commands.ts';
import { phaseChange, stateChange, tell } from './events.ts';
import { endLeftovers } from './leftovers.ts';
import { type Log, NO_LOG, openLog } from './logs.ts';
import { Failed, type Interruption, interruption, phasesOf } from './phases.ts';
import { placeIn, unpack } from './source.ts';
import { ownVariables, variablesOf } from './variables.ts';

export interface Run {
  /** Fulfilled once all is over, and nothing of it is left. */
  ended: Promise<void>;
  /** Ends it as soon as may be; that is what its status says. */
  interrupt(how: Interruption): void;
}

export interface Place {
  where: Where;
  /** For scratch directories. */
  folder: string;
  /** Milliseconds that a minute takes. */
  minute: number;
}

/** Carries a build out, from its being queued on. */
export function runBuild(build: Build, { where, folder, minute }: Place): Run {
  let child: Child | undefined;
  let how: Interruption | undefined;
  let interruptedAt: Date | undefined;
  let isThrough = false;
  let fault: Error | undefined;
  const { promise: interrupted, resolve } = Promise.withResolvers<Interruption>();
  const interrupt = (by: Interruption) => {
    if (how || build.endTime) return;
    how = by;
    interruptedAt = new Date();
    resolve(by);
    void child?.stop();
  };
  const timer = setTimeout(() => interrupt('TIMED_OUT'), build.order.timeoutInMinutes * minute).unref();
  let telling = Promise.resolve();
  const say = (event: Parameters<typeof tell>[2]) => {
    telling = telling.then(() => tell(where, build, event));
  };
  const phases = phasesOf(build, interrupted, (phase) => say(phaseChange(build, phase, where.region)));
  const log = { now: NO_LOG };
  const scratch = join(folder, uuidOf(build));

  async function carryOut(): Promise<void> {
    let role: Credentials | undefined;
    let spec: Buildspec | undefined;
    let environment: Record<string, string> = {};
    let source = '';
    await phases.run('QUEUED', async () => {});
    const provisioned = await phases.run('PROVISIONING', async () => {
      role = await roleOf(build, where);
      log.now = await logOf(build, where, role);
      await mkdir(join(scratch, 'src'), { recursive: true });
    });
    if (!provisioned || !role) return;
    const s3 = new S3Client(clientOf(where, role));
    const taken = role;
    // What the system itself puts behind a link, such as its directory for temporary files, is where it really is.
    const real = await realpath(scratch);
    source = join(real, 'src');
    const output = { scratch: real, source, say: (line: string) => log.now.say(`[Container] ${line}`) };
    const downloaded = await phases.run('DOWNLOAD_SOURCE', async () => {
      const { type, location = '' } = build.order.source;
      if (type === 'S3') await unpack(s3, location, build.order.sourceVersion, source);
      spec = await specOf(build, s3, source);
      const { values, secrets } = await variablesOf(build, spec, where, taken).catch((error: Error) => {
        throw new Failed('CLIENT_ERROR', `Error in environment variables: ${error.name}: ${error.message}`);
      });
      log.now.hide([...secrets, taken.secretAccessKey, taken.sessionToken]);
      const given = await surroundings(real, where, taken);
      environment = { ...given, ...values, ...ownVariables(build, where, source) };
      const cache = cacheOf(build.order.cache, spec.cachePaths);
      if (cache) await restore(s3, cache, output);
    });
    if (!downloaded || !spec) return;
    const { shell, phases: commands, exported, artifacts } = spec;
    await runCommands({
      scratch: real,
      orders: { shell, source, phases: commands, exported },
      environment,
      say: (line) => log.now.say(line),
      onReport: (report) => take(report),
      onStart(started) {
        child = started;
        if (how) void started.stop();
      },
    });
    if (how) return phases.end(how, interruption(how));
    if (!isThrough) throw new Error('the build ended its own process');
    // Those that come before it end the build when they fail.
    if (build.phases.at(-1)?.phaseType !== 'POST_BUILD') return;
    await phases.run('UPLOAD_ARTIFACTS', async () => {
      if (build.order.artifacts.type !== 'S3') return;
      const found = artifacts ? await collect(artifacts, output) : 'no matching artifact paths found';
      if (typeof found === 'string') throw new Failed('CLIENT_ERROR', found);
      build.artifact = await upload(s3, build, found, nameOf(build, artifacts?.name));
    });
    const cache = cacheOf(build.order.cache, spec.cachePaths);
    if (cache && statusOf(build) === 'SUCCEEDED') await keep(s3, cache, output);
  }

  function take(report: Report): void {
    // What was cut off is told by whoever cut it off; it had begun, though its report came late.
    const isEarlier = 'began' in report && interruptedAt !== undefined && new Date(report.at) <= interruptedAt;
    if (how && !isEarlier) return;
    if ('exported' in report) {
      isThrough = true;
      build.exported = Object.entries(report.exported).map(([name, value]) => ({ name, value }));
      return;
    }
    const at = new Date(report.at);
    if ('began' in report) {
      phases.begin(report.phase as BuildPhaseType, at);
      return;
    }
    const { status, message } = report;
    phases.end(status, message ? { statusCode: 'COMMAND_EXECUTION_ERROR', message } : undefined, at);
  }

  async function finish(): Promise<void> {
    clearTimeout(timer);
    await child?.stop();
    await endLeftovers(build.id);
    const { contexts = [] } = build.phases.find(({ phaseStatus }) => phaseStatus === 'FAILED') ?? {};
    for (const { statusCode, message } of contexts) log.now.say(`[Container] ${statusCode}: ${message}`);
    const status = how ?? (fault ? 'FAULT' : statusOf(build));
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
    phases.begin('FINALIZING');
    await log.now.close();
    phases.end('SUCCEEDED');
    build.status = status;
    build.endTime = new Date();
    phases.begin('COMPLETED', build.endTime);
    say(stateChange(build, where.region));
    await telling;
  }

  say(stateChange(build, where.region));
  const ended = carryOut()
    .catch((error: Error) => {
      fault = error;
      phases.end('FAULT', { statusCode: 'INTERNAL_ERROR', message: error.message });
    })
    .then(finish);
  return { ended, interrupt };
}

const statusOf = ({ phases }: Build): 'FAILED' | 'SUCCEEDED' =>
  phases.some(({ phaseStatus }) => phaseStatus === 'FAILED') ? 'FAILED' : 'SUCCEEDED';

async function roleOf(build: Build, where: Where): Promise<Credentials> {
  const role = await assume(where, build.order.role, `AWSCodeBuild-${uuidOf(build)}`);
  if (typeof role === 'string') throw new Failed('ACCESS_DENIED', role);
  return role;
}

async function logOf(build: Build, where: Where, role: Credentials): Promise<Log> {
  if (!build.logs) return NO_LOG;
  return openLog(build.logs, where, role).catch((error: Error) => {
    throw new Failed(
      'ACCESS_DENIED',
      `Service role ${build.order.role} does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build ${build.arn}. Error message: ${error.message}`,
    );
  });
}

/** A buildspec is written out in the order, or lies in the source, or in S3. */
async function specOf({ order: { source } }: Build, s3: S3Client, folder: string): Promise<Buildspec> {
  const { buildspec = '' } = source;
  const named = buildspec || 'buildspec.yml';
  const read = async () => {
    if (/\n|^\s*\{|^version:/.test(buildspec)) return buildspec;
    if (named.startsWith('arn:')) {
      const { Body } = await s3.send(new GetObjectCommand(placeIn(named)));
      return (await Body?.transformToString()) ?? '';
    }
    return readFile(join(folder, named), 'utf8');
  };
  const text = await read().catch((error: Error) => {
    throw new Failed('YAML_FILE_ERROR', `YAML file ${named} cannot be read: ${error.message}`);
  });
  const spec = parseBuildspec(text);
  if (typeof spec === 'string') throw new Failed('YAML_FILE_ERROR', spec);
  return spec;
}

const nameOf = ({ order: { artifacts, project } }: Build, named: string | undefined): string =>
  (artifacts.overrideArtifactName && named) || artifacts.name || project;
