import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import type { Program } from '../../tasks/images.ts';
import { parseDockerfile } from './dockerfile.ts';
import { digestOf, makeImage } from './image.ts';

/**
 * What of `docker` the commands of a build need here: an image is a folder of this machine, which the emulator's
 * tasks run, and ECR at the emulator knows its digest.
 */
const STORE = join(process.env.HOME ?? '', '.images');
const PUSHED = process.env.PILOTAGE_IMAGES ?? '';
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

interface Made extends Program {
  root: string;
  digest: string;
  pushed?: string;
}

const fileOf = (name: string): string => join(STORE, `${createHash('sha256').update(name).digest('hex')}.json`);

function find(name: string): Made {
  if (!existsSync(fileOf(name))) fail(`No such image: ${name}`);
  return JSON.parse(readFileSync(fileOf(name), 'utf8')) as Made;
}

function build(args: string[]): void {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    strict: false,
    options: { file: { type: 'string', short: 'f' }, tag: { type: 'string', short: 't', multiple: true } },
  });
  const context = positionals[0] ?? '.';
  const instructions = parseDockerfile(readFileSync(String(values.file ?? join(context, 'Dockerfile')), 'utf8'));
  if (typeof instructions === 'string') fail(instructions);
  const root = join(STORE, String(process.pid));
  rmSync(root, { recursive: true, force: true });
  const program = imageOf(instructions, context, root);
  const image: Made = { ...program, root, digest: digestOf(root, program) };
  for (const name of (values.tag as string[] | undefined) ?? []) keep(name, image);
  console.log(`Successfully built ${image.digest}`);
}

function imageOf(...given: Parameters<typeof makeImage>): Program {
  try {
    return makeImage(...given);
  } catch (error) {
    return fail(`ERROR: failed to solve: ${(error as Error).message}`);
  }
}

const keep = (name: string, made: Made): void => writeFileSync(fileOf(name), JSON.stringify(made));

async function push(name = ''): Promise<void> {
  const made = find(name);
  const imageManifest = JSON.stringify({
    ...{ schemaVersion: 2, mediaType: MANIFEST },
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: 0, digest: made.digest },
    layers: [],
  });
  const [, repositoryName = '', imageTag = 'latest'] = /^[^/]+\/([^:]+)(?::(.+))?$/.exec(name) ?? [];
  const { image } = await new ECRClient({}).send(
    new PutImageCommand({ repositoryName, imageTag, imageManifest, imageManifestMediaType: MANIFEST }),
  );
  const digest = image?.imageId?.imageDigest ?? fail('ECR told no digest');
  // The build's own folder is gone with it.
  const root = join(PUSHED, digest.replace(':', '-'));
  cpSync(made.root, root, { recursive: true });
  const program = { command: made.command, cwd: join(root, made.cwd.slice(made.root.length)) };
  const told = JSON.stringify({ images: { [digest]: program } });
  const answer = await fetch(`${process.env.AWS_ENDPOINT_URL}/_pilotage/images/more`, { method: 'POST', body: told });
  if (!answer.ok) fail(`the emulator did not take the image: ${answer.status}`);
  keep(name, { ...made, pushed: `${name.replace(/:[^:/]+$/, '')}@${digest}` });
  console.log(`${imageTag}: digest: ${digest} size: ${imageManifest.length}`);
}

function fail(words: string): never {
  console.error(words);
  process.exit(1);
}

mkdirSync(STORE, { recursive: true });
const [word, ...rest] = process.argv.slice(2);
const named = rest.filter((one) => !one.startsWith('-')).at(-1);
if (word === 'build') build(rest);
else if (word === 'push') await push(named);
else if (word === 'login') console.log('Login Succeeded');
else if (word === 'tag') keep(rest[1] ?? '', find(rest[0] ?? ''));
else if (word === 'inspect') {
  const { pushed, digest } = find(named ?? '');
  console.log(rest.some((one) => one.includes('RepoDigests')) ? (pushed ?? '') : digest);
} else fail(`docker ${word} is not known on this machine`);
