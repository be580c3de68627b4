import { setting } from '../aws/config.ts';
import type { Place, Problem } from '../errors.ts';
import { parseArtifact } from '../manifest/artifact.ts';
import { joinPath } from '../manifest/finding.ts';
import { type Loaded, loadManifest } from '../manifest/load.ts';
import { notYet } from '../manifest/not-yet.ts';
import { pinned } from '../targets/image.ts';
import { forbidden, isAllowed, type Whereabouts, wishesOf } from './forbidden.ts';
import { operatorsFile } from './operators-file.ts';
import { referencesIn } from './references-in.ts';
import { sorted } from './sorted.ts';
import { withUsualEdge } from './usual-edge.ts';

/** A manifest for a pilot's environment, and where it lies in S3 or would lie. */
export interface ManifestAt {
  pilot: string;
  environment: string;
  bucket: string;
  key: string;
}

type Ok = Extract<Loaded, { ok: true }>;

/**
 * All that can be said of a manifest before its artifact is looked at: what it
 * says itself, what this version cannot do, what the operator has not allowed,
 * and which references lead nowhere. AWS is asked only where the manifest needs it. An image
 * in ECR is named by its digest afterwards.
 * @param file its name, as problems show it.
 */
export async function checked(bytes: Uint8Array, file: string, at: ManifestAt): Promise<Loaded> {
  const loaded = loadManifest(bytes, file, at.environment);
  if (!loaded.ok) return loaded;
  const where = { environment: at.environment, account: setting('ACCOUNT'), region: setting('AWS_REGION') };
  const problems = [...misplaced(loaded, at), ...foreign(loaded, at), ...notYet(loaded, where)];
  // What another pilot may use is not told here.
  if (loaded.manifest.name !== at.pilot) return { ok: false, problems: sorted(problems, file) };
  const usual = await withUsualEdge(loaded);
  const unasked = await unmet(loaded, where);
  // Of a broken operator's file either of them tells.
  problems.push(...unasked, ...usual.problems.filter(({ code }) => !unasked.some((one) => one.code === code)));
  return problems.length > 0 ? { ok: false, problems: sorted(problems, file) } : withImage(usual.loaded);
}

/** The image is looked for last: what it is named by is right then. */
async function withImage(loaded: Ok): Promise<Loaded> {
  const found = await pinned(loaded.manifest);
  if ('manifest' in found) return { ...loaded, manifest: found.manifest };
  return { ok: false, problems: [{ ...found.problem, place: loaded.placeOf(['source', 'image']) }] };
}

/** A pilot's folder is its own: a manifest can only deploy the pilot in whose folder it lies. */
function misplaced({ manifest, placeOf }: Ok, { pilot }: ManifestAt): Problem[] {
  if (manifest.name === pilot) return [];
  return [
    {
      code: 'MANIFEST_NAME_MISPLACED',
      message: `the manifest is of pilot ${manifest.name} but lies in the folder of ${pilot}`,
      expected: `name: ${pilot}`,
      place: placeOf(['name']),
    },
  ];
}

/** Nor can it take what another pilot's people uploaded. */
function foreign({ manifest, placeOf }: Ok, { pilot, bucket, key }: ManifestAt): Problem[] {
  const { artifact } = manifest.source;
  if (artifact === undefined) return [];
  const place = parseArtifact(artifact, { bucket, key });
  if (place.bucket !== bucket || place.key.startsWith(`pilots/${pilot}/`)) return [];
  return [
    {
      code: 'ARTIFACT_FOREIGN',
      message: `the artifact ${artifact} lies in another pilot's folder`,
      expected: `one below pilots/${pilot}/, or in another bucket`,
      place: placeOf(['source', 'artifact']),
    },
  ];
}

/** More references than these no pilot needs, and asking for them would take minutes. */
const MOST_REFERENCES = 300;

async function unmet(loaded: Ok, where: Whereabouts): Promise<Problem[]> {
  const { manifest, placeOf } = loaded;
  const references = referencesIn(manifest);
  const next = references[MOST_REFERENCES];
  if (next) return [tooMany(references.length, placeOf(next.path))];

  const wishes = wishesOf(manifest, where);
  const read = wishes.length > 0 ? await operatorsFile() : undefined;
  const problems = read?.ok === false ? read.problems : read ? forbidden(loaded, read.operator, where) : [];
  const denied = wishes.filter((wish) => !(read?.ok && isAllowed(wish, manifest.name, read.operator)));

  // In another account or region nothing of it is here.
  if (wishes.some(({ kind }) => kind === 'accounts' || kind === 'regions')) return problems;
  const usable = references.filter(({ path }) => !denied.some((wish) => joinPath(wish.path) === joinPath(path)));
  if (usable.length === 0) return problems;
  const { missing } = await import('./missing.ts');
  return [...problems, ...(await missing(loaded, usable, where))];
}

const tooMany = (count: number, place: Place): Problem => ({
  code: 'MANIFEST_VALUE',
  message: `there are ${count} references`,
  expected: `at most ${MOST_REFERENCES}`,
  place,
});
