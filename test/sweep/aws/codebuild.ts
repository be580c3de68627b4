import { createHash } from 'node:crypto';
import { imageDigest, nameOfSource, type SiteName, zipNamed } from '../sites.ts';
import type { Worker } from '../worker.ts';
import { type Asked, type Build, type Builds, stateChange, told } from './builds.ts';
import { jsonError, jsonReply, type Operation, type Reply, type Service, textOf } from './call.ts';
import type { Around } from './cloudformation.ts';
import type { Buckets } from './s3.ts';

/** What becomes of the build of a content. */
export type BuildFate = 'well' | 'fails';

export interface CodeBuild extends Service {
  now: Builds;
  fateOf: (name: SiteName) => BuildFate;
  /** Pushes an image under its name, as a build's Docker does. */
  pushImage: (name: string, digest: string) => void;
  /** Whether the role of a build can be taken on. */
  isKnown: (arn: string) => boolean;
}

type Body = Asked & { id: string; ids: string[] };

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html#CodeBuild-StartBuild-request-idempotencyToken */
const TOKEN_MS = 5 * 60_000;
/** Milliseconds that a read may be behind. */
const BEHIND_MS = 5_000;
const MACHINE_MS = [4_000, 9_000] as const;
const WORK_MS = [30_000, 50_000] as const;

/** CodeBuild: fetches what S3 has in that very version, leaves what its commands make of it, and tells the bus. */
export function codeBuildOf({ clock, random, tell }: Around, buckets: Buckets, now: Builds): CodeBuild {
  let before = structuredClone(now.all);
  let changedAt = Number.NEGATIVE_INFINITY;
  const change = (act: () => void) => {
    if (clock.now() > changedAt) before = structuredClone(now.all);
    changedAt = clock.now();
    act();
  };
  const seen = (stale: boolean) => (stale && clock.now() - changedAt < BEHIND_MS ? before : now.all);
  const valueIn = ({ environmentVariablesOverride: all }: Asked, wanted: string) =>
    all.find(({ name }) => name === wanted)?.value ?? '';

  function end(build: Build, status: Build['status'], digest?: string): void {
    if (build.status !== 'IN_PROGRESS') return;
    change(() => Object.assign(build, { status, phase: 'COMPLETED', endedAt: clock.now(), ...(digest && { digest }) }));
    tell(stateChange(build));
  }

  function work(build: Build): void {
    if (build.status !== 'IN_PROGRESS') return;
    const [bucket = '', ...key] = build.asked.sourceLocationOverride.split('/');
    const source = buckets.objects
      .get(`${bucket}/${key.join('/')}`)
      ?.find(({ id }) => id === build.asked.sourceVersion);
    const name = source && nameOfSource(source.body);
    if (!name || codebuild.fateOf(name) === 'fails') {
      end(build, 'FAILED');
      return;
    }
    const { location, path, name: file } = build.asked.artifactsOverride;
    if (location === undefined) {
      codebuild.pushImage(valueIn(build.asked, 'PILOTAGE_IMAGE'), imageDigest(name));
      end(build, 'SUCCEEDED', imageDigest(name));
      return;
    }
    const { body } = buckets.put(location, `${path}/${file}`, zipNamed(name));
    end(build, 'SUCCEEDED', `sha256:${createHash('sha256').update(body).digest('hex')}`);
  }

  function start(asked: Asked, { deployment }: Worker): Reply {
    const { idempotencyToken: token = '' } = asked;
    const text = JSON.stringify(asked);
    const known = now.tokens[token];
    if (known && clock.now() - known.at < TOKEN_MS) {
      if (known.asked !== text) return refused('The idempotency token was used with other parameters');
      return jsonReply(200, { build: told(now.all.find(({ id }) => id === known.build) as Build) });
    }
    if (!codebuild.isKnown(asked.serviceRoleOverride))
      return refused('CodeBuild is not authorized to perform: sts:AssumeRole on service role');
    const id = `${asked.projectName}:b${String(now.all.length + 1).padStart(4, '0')}`;
    const build: Build = {
      id,
      ...(deployment && { by: deployment }),
      marker: valueIn(asked, 'PILOTAGE_BUILD'),
      commit: valueIn(asked, 'PILOTAGE_COMMIT'),
      asked,
      status: 'IN_PROGRESS',
      phase: 'PROVISIONING',
      startedAt: clock.now(),
    };
    change(() => now.all.push(build));
    now.tokens[token] = { at: clock.now(), build: id, asked: text };
    tell(stateChange(build));
    const machine = random.whole(...MACHINE_MS);
    clock.after(machine, () => {
      if (build.status === 'IN_PROGRESS') build.phase = 'BUILD';
    });
    clock.after(machine + random.whole(...WORK_MS), () => work(build));
    return jsonReply(200, { build: told(build) });
  }

  const actions: Record<string, (body: Body, by: Worker, stale: boolean) => Reply> = {
    StartBuild: (body, by) => start(body, by),
    StopBuild({ id }) {
      const build = now.all.find((one) => one.id === id);
      if (!build) return jsonError(400, 'ResourceNotFoundException');
      end(build, 'STOPPED');
      return jsonReply(200, { build: told(build) });
    },
    BatchGetBuilds: ({ ids }, _, stale) =>
      jsonReply(200, {
        builds: seen(stale)
          .filter(({ id }) => ids.includes(id))
          .map(told),
      }),
    ListBuildsForProject: (_, __, stale) =>
      jsonReply(200, {
        ids: seen(stale)
          .map(({ id }) => id)
          .reverse(),
      }),
  };
  const WRITES = ['StartBuild', 'StopBuild'];

  const codebuild: CodeBuild = {
    name: 'codebuild',
    now,
    fateOf: () => 'well',
    pushImage: () => {},
    isKnown: () => true,
    isAt: (hostname) => hostname.startsWith('codebuild.'),
    error: jsonError(500, 'InternalFailure'),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      const act = actions[name];
      if (!act) throw new Error(`CodeBuild's ${name} is not known here`);
      const input = JSON.parse(textOf(body)) as Body;
      return {
        service: 'codebuild',
        name,
        about:
          input.id ??
          input.ids?.join(' ') ??
          (input.environmentVariablesOverride ? valueIn(input, 'PILOTAGE_BUILD') : ''),
        writes: WRITES.includes(name),
        mayBeStale: !WRITES.includes(name),
        apply: (by, stale = false) => act(input, by, stale),
      };
    },
  };
  return codebuild;
}

const refused = (message: string): Reply => jsonError(400, 'InvalidInputException', { message });
