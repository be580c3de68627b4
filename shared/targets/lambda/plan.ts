import { readUrl } from '../../aws/function-front.ts';
import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { derivedName } from '../../manifest/derived-names.ts';
import { type Refused, refused } from '../../outcome.ts';
import { isInNetwork } from '../../preview/targets/lambda.ts';
import { readArtifact } from '../artifact/read.ts';
import { filesDigest, releaseOf } from '../artifact/release.ts';
import { databaseBytes, keptDatabase } from '../database.ts';
import type { Plan, PlanRequest } from '../target.ts';
import { packageFlaws } from './check-package.ts';
import { type Detail, POINTER, type ZipCode } from './detail.ts';
import { refusalsOf } from './refusals.ts';
import { variablesOf } from './variables.ts';

/** Bytes that a plan may have, of which the configuration is the part that grows. */
const LONGEST = 4096;
/** What a front or a network of the stack adds to it as outputs. */
const OUTPUTS = 1200;

/** Judges the artifact and the configuration, and settles the release. */
export async function plan(request: PlanRequest): Promise<Plan | Refused> {
  const { pilot, environment, manifest } = request;
  if (manifest.target !== 'lambda') throw new Error(`${pilot} is no function`);
  const { variables, problems } = variablesOf(manifest, pilot, environment);
  const refusals = [...refusalsOf(manifest), ...problems];
  if (refusals.length > 0) return refused(...refusals);

  const code = await codeOf(request, manifest);
  if ('problems' in code) return refused(...code.problems);
  const detail: Detail = {
    function: derivedName('function', { pilot, environment }),
    code: code.code,
    ...shapeOf(manifest),
    variables,
    ...keptDatabase(manifest),
  };
  const planned: Plan = {
    target: 'lambda',
    pilot,
    environment,
    release: releaseOf(manifest, code.digest),
    url: await urlOf(detail, manifest),
    summary: code.summary,
    detail,
  };
  const bytes = Buffer.byteLength(JSON.stringify(planned));
  const most = LONGEST - (detail.through || detail.inNetwork ? OUTPUTS : 0) - databaseBytes(manifest);
  return bytes > most ? refused(tooLarge(bytes, variables, most)) : planned;
}

interface Code {
  code: Detail['code'];
  /** Of what is run. How a zip packs and orders its files does not matter. */
  digest: string;
  summary: Plan['summary'];
}

async function codeOf(
  { pilot, from }: PlanRequest,
  { source, lambda }: ResolvedFor<'lambda'>,
): Promise<Code | { problems: Problem[] }> {
  if (source.image !== undefined) {
    const digest = source.image.slice(source.image.indexOf('@') + 1);
    return { code: { image: source.image }, digest, summary: { image: digest.slice(0, 'sha256:'.length + 12) } };
  }
  if (source.artifact === undefined) throw new Error(`${pilot} is a function with neither artifact nor image`);
  const artifact = await readArtifact(source.artifact, from);
  if ('code' in artifact) return { problems: [artifact] };

  const { runtime, handler } = lambda;
  const { zip, entries, sha256 } = artifact;
  const file = `s3://${zip.bucket}/${zip.key}`;
  const flaws = packageFlaws(entries, runtime, handler);
  if (flaws.length > 0) return { problems: flaws.map((flaw) => ({ ...flaw, place: { file } })) };
  const files = entries.filter(({ path }) => !path.endsWith('/'));
  const code: ZipCode = { zip, sha256, runtime, handler };
  return {
    code,
    digest: filesDigest(files),
    summary: { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) },
  };
}

const shapeOf = ({ lambda, ...manifest }: ResolvedFor<'lambda'>) => ({
  processor: lambda.architecture,
  memory: lambda.memory,
  // A function that may not run at all is none.
  timeout: Math.max(1, lambda.timeout),
  ...(lambda.front === 'url' && { url: 'everybody' as const }),
  ...(lambda.front !== 'url' && lambda.front !== 'none' && { through: lambda.front }),
  ...(isInNetwork(manifest) && { inNetwork: true as const }),
  ...(lambda.events !== undefined && { events: lambda.events }),
  warm: lambda.provisioned,
  ...(lambda.concurrency !== undefined && { reserved: lambda.concurrency }),
  ...(lambda.signing !== undefined && { signing: lambda.signing }),
});

/** Of a function that was never deployed nobody knows it yet: AWS makes it up, or the stack does and tells it as `Address`. */
async function urlOf(detail: Detail, { domain }: ResolvedFor<'lambda'>): Promise<string> {
  if (domain) return `https://${domain.name}/`;
  if (!detail.url) return '';
  return (await readUrl(detail.function, POINTER))?.url ?? '';
}

const tooLarge = (bytes: number, variables: Record<string, string>, most: number): Problem => ({
  code: 'CONFIG_TOO_LARGE',
  message: `the plan has ${bytes} bytes, ${Buffer.byteLength(JSON.stringify(variables))} of them for configuration and secrets`,
  expected: `at most ${most} in all`,
  hint: 'put what is long under config.values into a parameter, and name that under secrets',
});
