import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { type Refused, refused } from '../../outcome.ts';
import { loadOf } from '../../preview/load.ts';
import { ecsPlan } from '../../preview/targets/ecs.ts';
import { taskFor, taskInWords } from '../../preview/targets/ecs-task.ts';
import { releaseOf } from '../artifact/release.ts';
import { databaseBytes } from '../database.ts';
import { plannedFile } from '../settings.ts';
import type { Plan, PlanRequest } from '../target.ts';
import type { Detail } from './detail.ts';
import { refusalsOf } from './refusals.ts';
import { variablesOf } from './variables.ts';

/** Bytes that a plan may have, less those that the stack's outputs take when they are added. */
const LONGEST = 4096 - 1400;

/** Settles the release: the resolved manifest and the image's digest. It asks nobody. */
export async function plan({ pilot, environment, manifest }: PlanRequest): Promise<Plan | Refused> {
  if (manifest.target !== 'ecs') throw new Error(`${pilot} is no service on ECS`);
  const refusals = refusalsOf(manifest);
  if (refusals.length > 0) return refused(...refusals);

  const configured = variablesOf(manifest);
  const { image } = manifest.source;
  if (image === undefined) throw new Error(`${pilot} is a service without an image`);
  const digest = image.slice(image.indexOf('@') + 1);
  const file = plannedFile(manifest.config);
  const detail: Detail = { image, ...shapeOf(manifest, environment), ...(file && { file }), ...configured };
  const planned: Plan = {
    target: 'ecs',
    pilot,
    environment,
    release: releaseOf(manifest, digest),
    // Without a domain AWS makes the address up: the stack's output `Address` tells it.
    url: manifest.domain ? `https://${manifest.domain.name}/` : '',
    summary: {
      image: digest.slice(0, 'sha256:'.length + 12),
      task: taskInWords(detail),
      tasks: detail.scaling.min,
    },
    detail,
  };
  const bytes = Buffer.byteLength(JSON.stringify(planned));
  const most = LONGEST - databaseBytes(manifest);
  return bytes > most ? refused(tooLarge(bytes, most, configured)) : planned;
}

/** Sizes and numbers are those that `pilot plan` shows. */
function shapeOf(manifest: ResolvedFor<'ecs'>, environment: string) {
  const { ecs, capacity, scaling, health } = manifest;
  const site = { manifest, environment, region: manifest.region ?? '', load: loadOf(manifest.traffic) };
  const counted = ecsPlan(site).capacity;
  if (!counted) throw new Error('a service on ECS has no capacity');
  const { cpu, memory } = taskFor(site);
  // Of no task at all nothing tells when one is wanted again.
  const min = Math.max(1, counted.min);
  return {
    port: ecs.port,
    ...(ecs.command && { command: ecs.command }),
    cpu,
    memory,
    architecture: ecs.architecture,
    launch: ecs.launch,
    user: ecs.user,
    readOnly: ecs.readOnly,
    stopTimeout: ecs.stopTimeout,
    ...(ecs.mount && { mount: ecs.mount }),
    capacity,
    scaling: {
      min,
      max: Math.max(min, counted.max),
      cpu: scaling.cpu,
      ...(scaling.requests !== undefined && { requests: scaling.requests }),
      ...(scaling.schedule && { schedule: scaling.schedule }),
    },
    health,
  };
}

const tooLarge = (bytes: number, most: number, configured: object): Problem => ({
  code: 'CONFIG_TOO_LARGE',
  message: `the plan has ${bytes} bytes, ${Buffer.byteLength(JSON.stringify(configured))} of them for configuration and secrets`,
  expected: `at most ${most} in all`,
  hint: 'name config.file, which may be as long as it likes, or put what is long into a parameter and name that under secrets',
});
