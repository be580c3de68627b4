import { listEnvironments } from '../../aws/beanstalk.ts';
import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { type Refused, refused } from '../../outcome.ts';
import { vcpusFor } from '../../preview/capacity.ts';
import { instanceFor } from '../../preview/instance.ts';
import { loadOf } from '../../preview/load.ts';
import { logDaysOf } from '../../preview/parts/care.ts';
import { beanstalkPlan } from '../../preview/targets/beanstalk.ts';
import { readArtifact } from '../artifact/read.ts';
import { filesDigest, releaseOf } from '../artifact/release.ts';
import { databaseBytes, keptDatabase } from '../database.ts';
import type { Plan, PlanRequest } from '../target.ts';
import { bundleFlaws } from './check-bundle.ts';
import { type Detail, versionOf } from './detail.ts';
import { applicationName, colourNames } from './names.ts';
import { newestPlatform, updateOf } from './platform.ts';
import { optionProblems, refusalsOf } from './refusals.ts';
import { timesOf } from './times.ts';
import { secretsOf, variablesOf } from './variables.ts';

/** Bytes that a plan may have, less those that the stack's outputs take when they are added. */
const LONGEST = 4096 - 1300;

/** Judges the bundle and the platform, and settles the release. */
export async function plan({ pilot, environment, manifest, from }: PlanRequest): Promise<Plan | Refused> {
  if (manifest.target !== 'beanstalk') throw new Error(`${pilot} is none of Elastic Beanstalk`);
  const refusals = refusalsOf(manifest);
  if (refusals.length > 0) return refused(...refusals);

  const { artifact } = manifest.source;
  if (artifact === undefined) throw new Error(`${pilot} is of Elastic Beanstalk and has no artifact`);
  const [bundle, platform, { secrets, problems }, running] = await Promise.all([
    readArtifact(artifact, from),
    newestPlatform(manifest.beanstalk.platform),
    secretsOf(manifest, pilot, environment),
    platformsOf({ pilot, environment }),
  ]);
  const trouble = [...[bundle, platform].filter((one): one is Problem => 'code' in one), ...problems];
  if ('code' in bundle || 'code' in platform || problems.length > 0) return refused(...trouble);

  const { zip, entries } = bundle;
  const file = `s3://${zip.bucket}/${zip.key}`;
  const flaws = bundleFlaws(entries, zip.size, manifest.beanstalk.platform);
  if (flaws.length > 0) return refused(...flaws.map((flaw) => ({ ...flaw, place: { file } })));

  const files = entries.filter(({ path }) => !path.endsWith('/'));
  const detail: Detail = { ...detailFor(manifest, { pilot, environment }), zip, platform: platform.arn, secrets };
  const decided = optionProblems(detail);
  if (decided.length > 0) return refused(...decided);
  const planned: Plan = {
    target: 'beanstalk',
    pilot,
    environment,
    release: releaseOf(manifest, filesDigest(files)),
    // Without a domain the stack's output `Address` tells it.
    url: manifest.domain ? `https://${manifest.domain.name}/` : '',
    summary: {
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      platform: `${manifest.beanstalk.platform}, version ${versionOf(platform.arn)}${updateOf(running, platform.arn)}`,
      ...(platform.branch !== 'Supported' && { 'platform is': platform.branch.toLowerCase() }),
      instances: `${detail.scaling.min} to ${detail.scaling.max} ${detail.instance}`,
    },
    detail,
  };
  const bytes = Buffer.byteLength(JSON.stringify(planned));
  const most = LONGEST - databaseBytes(manifest);
  return bytes > most ? refused(tooLarge(bytes, most, detail)) : planned;
}

/** What blue and green run on, as far as they are there. */
async function platformsOf(whose: { pilot: string; environment: string }): Promise<string[]> {
  const names = colourNames(whose);
  const environments = await listEnvironments(applicationName(whose));
  return environments.filter(({ name }) => names.includes(name)).map(({ platform }) => platform);
}

/** Sizes and numbers are those that `pilot plan` shows. */
function detailFor(
  manifest: ResolvedFor<'beanstalk'>,
  whose: { pilot: string; environment: string },
): Omit<Detail, 'zip' | 'platform' | 'secrets'> {
  const { beanstalk, capacity, scaling, health } = manifest;
  const load = loadOf(manifest.traffic);
  const { environment } = whose;
  const counted = beanstalkPlan({ manifest, environment, region: manifest.region ?? '', load }).capacity;
  // Of no instance at all nothing tells when one is wanted again.
  const min = Math.max(1, counted?.min ?? 1);
  const max = Math.max(min, counted?.max ?? 1);
  const times = timesOf({ ...scaling, max });
  return {
    application: applicationName(whose),
    instance: instanceFor(beanstalk.instance, vcpusFor(load, manifest)).type,
    disk: beanstalk.disk,
    balanced: beanstalk.loadBalancer === 'application',
    secure: manifest.domain !== undefined && beanstalk.loadBalancer === 'application',
    scaling: { min, max, cpu: scaling.cpu, ...(times.length > 0 && { times }) },
    capacity,
    health: { ...health },
    logs: logDaysOf(manifest),
    options: beanstalk.options ?? {},
    variables: variablesOf(manifest),
    ...keptDatabase(manifest),
    idle: beanstalk.idle,
  };
}

const tooLarge = (bytes: number, most: number, { variables, secrets, options }: Detail): Problem => ({
  code: 'CONFIG_TOO_LARGE',
  message: `the plan has ${bytes} bytes, ${Buffer.byteLength(JSON.stringify({ variables, secrets, options }))} of them for configuration, secrets and options`,
  expected: `at most ${most} in all`,
  hint: 'put what is long under config.values into a parameter, and name that under secrets',
});
