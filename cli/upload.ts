import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '../shared/errors.ts';
import { parseArtifact } from '../shared/manifest/artifact.ts';
import { notYet } from '../shared/manifest/not-yet.ts';
import { manifestKey, uploadId } from '../shared/names.ts';
import { bytes as amount, counted } from '../shared/notify/quantities.ts';
import { type Artifact, findArtifact } from './artifact.ts';
import { type ManifestsBucket, manifestsBucket } from './bucket.ts';
import type { Started } from './following.ts';
import type { Io } from './io.ts';
import { type ManifestFile, readManifest, shown } from './manifest-file.ts';
import { commitOf, requestedBy } from './origin.ts';
import { isRefused, type Refused } from './result.ts';
import type { Stack } from './stack.ts';
import { zipFolder } from './zip-folder.ts';

/** A manifest that was checked, and its artifact, found. */
export interface Prepared {
  read: ManifestFile;
  environment: string;
  /** Absent where the manifest names an image. */
  artifact?: Artifact & { named: string };
}

const NOTHING = 'nothing was uploaded';

export async function prepareUpload(path: string, environment: string, io: Io): Promise<Prepared | Refused> {
  const read = await readManifest(path, io.cwd, { env: environment, consequence: NOTHING });
  if (isRefused(read)) return read;
  const named = read.manifest.source.artifact;
  const later = notYet(read);
  const refuse = (...problems: Problem[]): Refused => ({
    exit: 2,
    problems,
    source: new TextDecoder().decode(read.bytes),
    consequence: NOTHING,
  });
  if (later.length > 0) return refuse(...later);
  if (named === undefined) return { read, environment };
  const artifact = await findArtifact(named, read);
  return 'code' in artifact ? refuse(artifact) : { read, environment, artifact: { ...artifact, named } };
}

/**
 * Uploads the artifact, then the manifest: whoever sees the manifest finds its artifact.
 * @param overriding what of its usual care the rollout shall leave out.
 */
export async function upload(
  { read, environment, artifact }: Prepared,
  stack: Stack,
  io: Io,
  overriding: Overriding = {},
): Promise<Started | Refused> {
  const { manifest, folder, file } = read;
  const bucket = await manifestsBucket(stack.manifestsBucket, stack.connection);
  const key = manifestKey(manifest.name, environment);
  const put = artifact && (await putArtifact(artifact, bucket, placeOf(artifact, bucket, key), io));
  if (put && isRefused(put)) return put;

  const known = await knownCommit(folder, overriding.commit, io);
  // What is deployed is what was uploaded with it, whatever somebody else uploads in between.
  const pinned = put?.version ? { 'artifact-version': put.version } : {};
  const about = { 'requested-by': requestedBy(), ...pinned, ...known, ...wordsOf(overriding) };
  const uploaded = await bucket.putManifest(key, read.bytes, about);

  const id = uploadId(manifest.name, environment, uploaded);
  const { version } = uploaded;
  return {
    id,
    json: { pilot: manifest.name, environment, manifest: { bucket: bucket.name, key, version }, ...known },
    text: [
      `${manifest.name} is on its way to ${environment}`,
      put ? `  artifact ${put.text}` : sourceText(manifest.source, known.commit),
      `  manifest ${file}`,
      `  as       ${id}`,
    ].join('\n'),
  };
}

/** What somebody says it is counts; else what git says of a folder that holds nothing but a commit. */
async function knownCommit(folder: string, said: string | undefined, io: Io): Promise<{ commit?: string }> {
  const commit = said ?? (await commitOf(folder));
  if (commit === 'changed') io.err.write('the commit is not recorded: the checkout has changes that no commit holds\n');
  return commit && commit !== 'changed' ? { commit } : {};
}

const sourceText = ({ git, image }: ManifestFile['manifest']['source'], commit: string | undefined): string =>
  git
    ? `  source   ${git.repository}, built at ${commit ?? 'no commit'}`
    : `  image    ${image}, which stays where it is`;

/** What people may say with an upload. */
export interface Overriding {
  /** What was built from it, or is to be: in place of what git says. */
  commit?: string;
  /** No alarm shall stop it. */
  ignoreAlarms?: boolean;
  /** It goes live even while somebody keeps the pilot offline. */
  online?: boolean;
}

const wordsOf = ({ ignoreAlarms, online }: Overriding): Record<string, string> => ({
  ...(ignoreAlarms && { 'ignore-alarms': 'true' }),
  ...(online && { online: 'true' }),
});

const placeOf = ({ named }: { named: string }, { name: bucket }: ManifestsBucket, key: string): string =>
  parseArtifact(named, { bucket, key }).key;

/** What was done about the artifact, for people, and the version that it has now. */
interface Put {
  text: string;
  version?: string | undefined;
}

async function putZip(path: string, what: string, bucket: ManifestsBucket, key: string): Promise<Put> {
  const put = await bucket.putFile(key, path);
  return { text: `${what}, ${said(put)}`, version: put.version };
}

async function putArtifact(artifact: Artifact, bucket: ManifestsBucket, key: string, io: Io): Promise<Put | Refused> {
  switch (artifact.kind) {
    case 'remote':
      return { text: `${artifact.url}, which stays where it is` };
    case 'zip':
      if (artifact.beside)
        io.err.write(`${shown(artifact.path, io.cwd)} is deployed; the folder beside it is not looked at\n`);
      return putZip(artifact.path, shown(artifact.path, io.cwd), bucket, key);
    case 'folder':
      return putFolder(artifact.path, bucket, key, io);
  }
}

async function putFolder(path: string, bucket: ManifestsBucket, key: string, io: Io): Promise<Put | Refused> {
  const scratch = await mkdtemp(join(tmpdir(), 'pilot-'));
  try {
    const target = join(scratch, 'artifact.zip');
    const zipped = await zipFolder(path, target);
    if ('code' in zipped) return { exit: 2, problems: [zipped], consequence: NOTHING };
    const files = counted(zipped.files, 'file');
    return await putZip(target, `${shown(path, io.cwd)}/ zipped, ${files}`, bucket, key);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const said = ({ bytes, uploaded }: { bytes: number; uploaded: boolean }) =>
  uploaded ? amount(bytes) : `${amount(bytes)}, there already`;
