import { setting } from '../aws/config.ts';
import { choosesService, fits, isCloudFronts } from '../edge/services.ts';
import { noSuchService } from '../edge-sync/trouble.ts';
import type { Place, Problem } from '../errors.ts';
import { findRanges } from '../ledger/edge-ranges.ts';
import { serviceMisfit } from '../manifest/front-misfits.ts';
import type { Loaded } from '../manifest/load.ts';
import type { Operator, UsualEdge } from '../manifest/operator.ts';
import { operatorsFile } from './operators-file.ts';

type Ok = Extract<Loaded, { ok: true }>;
type Edge = NonNullable<Ok['manifest']['edge']>;

/**
 * The manifest as it is deployed here: what it does not say of how CloudFront is let in is as the operator's file has it. All that
 * comes later goes by that: the release's digest, its template, and who keeps the groups.
 */
export async function withUsualEdge(loaded: Ok): Promise<{ loaded: Ok; problems: Problem[] }> {
  const { manifest, isWritten } = loaded;
  const { edge, domain } = manifest;
  if (!edge || domain?.cdn === false) return { loaded, problems: [] };
  const isModeOpen = !isWritten(['edge', 'mode']);
  const isServiceOpen = !isWritten(['edge', 'service']);
  if (!isModeOpen && !(isServiceOpen && choosesService(edge.mode)))
    return { loaded, problems: await serviceProblems(loaded, edge) };
  const read = await operatorsFile();
  if (!read.ok) return { loaded, problems: read.problems };
  const usual = usualFor(manifest.name, read.operator);
  const mode = (isModeOpen && usual.mode) || edge.mode;
  const service = (isServiceOpen && choosesService(mode) && usual.service) || edge.service;
  const complete = { ...edge, mode, service };
  return {
    loaded: { ...loaded, manifest: { ...manifest, edge: complete } },
    problems: await serviceProblems(loaded, complete, read.operator.file),
  };
}

/** What is said of the pilot itself comes first. */
const usualFor = (pilot: string, { pilots, edge }: Operator): UsualEdge => ({
  ...edge,
  ...(Object.hasOwn(pilots, pilot) && pilots[pilot]?.edge),
});

const DAY_MS = 86_400_000;

/**
 * What is wrong with the service. Of one that is not known from a list that was read within a day, Provision says it, which reads
 * the list before it changes anything.
 */
async function serviceProblems({ isWritten, placeOf }: Ok, { mode, service }: Edge, file = ''): Promise<Problem[]> {
  if (isCloudFronts(service)) return [];
  const path = ['edge', 'service'];
  const place: Place = isWritten(path) ? placeOf(path) : { file };
  if (!fits(service, mode)) {
    const { path: _, ...said } = serviceMisfit(service, mode);
    return [{ code: 'MANIFEST_MISFIT', ...said, place }];
  }
  const known = await findRanges();
  const { services = [] } = known ?? {};
  if (!known || services.length === 0 || services.includes(service)) return [];
  if (Date.now() - Date.parse(known.readAt) > DAY_MS) return [];
  return [{ ...noSuchService(service, services, setting('AWS_REGION')), place }];
}
