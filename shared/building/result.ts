import type { BuildNow } from '../aws/codebuild.ts';
import { digestOf } from '../aws/images.ts';
import { uploadedVersion } from '../aws/uploads.ts';
import type { BuildRow } from '../ledger/builds.ts';
import { type Failed, failed } from '../outcome.ts';
import { readArtifact } from '../targets/artifact/read.ts';
import type { BuildAsked } from './asked.ts';
import { NO_OUTPUT } from './ended.ts';
import { artifactAt, imageAt } from './places.ts';
import type { Built } from './provenance.ts';
import { linkOf } from './tell-log.ts';

/** What a build that went well has left, in exactly the state that it is in now. */
export async function resultOf(asked: BuildAsked, row: BuildRow, now: BuildNow): Promise<Built | Failed> {
  const left = asked.building.as === 'image' ? await imageOf(asked, row) : await artifactOf(asked, row, now);
  if ('outcome' in left) return left;
  const log = linkOf(now);
  return { build: now.id, ...left, ...(log && { log }), at: new Date().toISOString() };
}

/** Whether what was built once is there still: nobody has to keep it. */
export async function isThere(asked: BuildAsked, row: BuildRow, { source, digest }: Built): Promise<boolean> {
  if ('image' in source) {
    const found = await digestOf(imageAt(asked, row, asked.building));
    return typeof found === 'object' && found.digest === digest;
  }
  const { bucket, folder, file } = artifactAt(asked, row);
  const version = source.artifact.split('?versionId=')[1];
  return (await uploadedVersion(bucket, `${folder}/${file}`, version)) !== undefined;
}

type Left = Pick<Built, 'source' | 'digest'>;

/** All of its bytes are read once, and are those that CodeBuild stored: what was built is what is verified and deployed. */
async function artifactOf(asked: BuildAsked, row: BuildRow, { sha256 }: BuildNow): Promise<Left | Failed> {
  const { bucket, folder, file } = artifactAt(asked, row);
  const key = `${folder}/${file}`;
  const found = await uploadedVersion(bucket, key);
  if (!found) return failed('BUILD_OUTPUT', NO_OUTPUT);
  const artifact = `s3://${bucket}/${key}?versionId=${found.version}`;
  const read = await readArtifact(artifact, { bucket, key });
  if ('code' in read) return failed('BUILD_OUTPUT', `what was built cannot be deployed: ${read.code} ${read.message}`);
  if (read.entries.every(({ path }) => path.endsWith('/'))) return failed('BUILD_OUTPUT', NO_OUTPUT);
  const digest = Buffer.from(read.sha256, 'base64').toString('hex');
  if (sha256 !== undefined && sha256 !== digest)
    return failed('BUILD_OUTPUT', `${artifact} is not what CodeBuild stored: it was written over; deploy once more`);
  return { source: { artifact }, digest: `sha256:${digest}` };
}

async function imageOf(asked: BuildAsked, row: BuildRow): Promise<Left | Failed> {
  const at = imageAt(asked, row, asked.building);
  const found = await digestOf(at);
  if (typeof found !== 'object')
    return failed('BUILD_OUTPUT', `the build went well and pushed no image ${at.registry}/${at.repository}:${at.tag}`);
  return { source: { image: `${at.registry}/${at.repository}@${found.digest}` }, digest: found.digest };
}
