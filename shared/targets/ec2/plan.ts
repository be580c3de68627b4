import { MOST_COPIED } from '../../aws/object-copies.ts';
import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { type Refused, refused } from '../../outcome.ts';
import { loadOf } from '../../preview/load.ts';
import { ec2Plan, typesFor } from '../../preview/targets/ec2.ts';
import { type Artifact, readArtifact } from '../artifact/read.ts';
import { filesDigest, releaseOf } from '../artifact/release.ts';
import { databaseBytes } from '../database.ts';
import { plannedFile } from '../settings.ts';
import type { Plan, PlanRequest } from '../target.ts';
import type { Detail } from './detail.ts';
import { imageFor } from './image.ts';
import { refusalsOf } from './refusals.ts';
import { variablesOf } from './variables.ts';

/** Bytes that a plan may have, less those that the stack's outputs take when they are added. */
const LONGEST = 4096 - 1500;

/**
 * Judges artifact, machine image and configuration, and settles the release: the same files on the same
 * machine image. A newer image is another release, so that its repairs come with the next deployment.
 */
export async function plan({ pilot, environment, manifest, from }: PlanRequest): Promise<Plan | Refused> {
  if (manifest.target !== 'ec2') throw new Error(`${pilot} is no pilot on instances`);
  const refusals = refusalsOf(manifest);
  if (refusals.length > 0) return refused(...refusals);

  const { artifact: written } = manifest.source;
  if (written === undefined) throw new Error(`${pilot} is a pilot on instances without an artifact`);
  const artifact = await readArtifact(written, from);
  if ('code' in artifact) return refused(artifact);
  const files = artifact.entries.filter(({ path }) => !path.endsWith('/'));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (artifact.zip.size > MOST_COPIED) return refused(tooHeavy(artifact));

  const shape = shapeOf(manifest, environment);
  const image = await imageFor(manifest.ec2, shape.types[0] ?? '', bytes + artifact.zip.size);
  if ('code' in image) return refused(image);
  const file = plannedFile(manifest.config);
  const detail: Detail = {
    zip: artifact.zip,
    sha256: Buffer.from(artifact.sha256, 'base64').toString('hex'),
    ami: image.id,
    device: image.device,
    ...shape,
    ...(file && { file }),
    ...variablesOf(manifest),
  };
  const planned: Plan = {
    target: 'ec2',
    pilot,
    environment,
    release: releaseOf(manifest, `${filesDigest(files)} ${image.id}`),
    // Without a domain AWS makes the address up: the stack's output `Address` tells it.
    url: manifest.domain ? `https://${manifest.domain.name}/` : '',
    summary: { files: files.length, bytes, image: image.id, instances: shape.scaling.min },
    detail,
  };
  const length = Buffer.byteLength(JSON.stringify(planned));
  const most = LONGEST - databaseBytes(manifest);
  return length > most ? refused(tooLarge(length, most, detail)) : planned;
}

/** Sizes and numbers are those that `pilot plan` shows. */
function shapeOf(manifest: ResolvedFor<'ec2'>, environment: string) {
  const { ec2, capacity, scaling, health } = manifest;
  const site = { manifest, environment, region: manifest.region ?? '', load: loadOf(manifest.traffic) };
  const counted = ec2Plan(site).capacity;
  if (!counted) throw new Error('a pilot on instances has no capacity');
  // Of no instance at all nothing tells when one is wanted again.
  const min = Math.max(1, counted.min);
  return {
    types: typesFor(site),
    disk: ec2.disk,
    port: ec2.port,
    install: ec2.install,
    ...(ec2.start && { start: ec2.start }),
    ...(ec2.stop && { stop: ec2.stop }),
    ...(ec2.mount && { mount: ec2.mount }),
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

const tooHeavy = ({ zip }: Artifact): Problem => ({
  code: 'ARTIFACT_TOO_LARGE',
  message: `the zip has ${zip.size} bytes`,
  expected: `at most ${MOST_COPIED}`,
  place: { file: `s3://${zip.bucket}/${zip.key}` },
});

const tooLarge = (bytes: number, most: number, { variables, secrets, install }: Detail): Problem => ({
  code: 'CONFIG_TOO_LARGE',
  message: `the plan has ${bytes} bytes, ${Buffer.byteLength(JSON.stringify([variables, secrets, install]))} of them for configuration, secrets and ec2.install`,
  expected: `at most ${most} in all`,
  hint: 'put what is long into a parameter and name that under secrets, and commands into a script of the artifact',
});
