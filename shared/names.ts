import { createHash } from 'node:crypto';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAME, PILOT_NAME } from './manifest/identifiers.ts';

export { DEFAULT_ENVIRONMENT } from './manifest/identifiers.ts';

export const isPilotName = (name: string): boolean => PILOT_NAME.test(name);
export const isEnvironmentName = (name: string): boolean => ENVIRONMENT_NAME.test(name);

/**
 * A deployment's id, `acme-site_production_20261121T015715Z-3f9a1c2e4b5d`: the same
 * trigger always gives the same id, ids sort by time, and one fits an execution's
 * name (80 characters). `_` occurs in none of its parts.
 */
export function deploymentId(pilot: string, environment: string, at: Date, trigger: string): string {
  const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
  const hash = createHash('sha256').update(`${pilot} ${environment} ${trigger}`).digest('hex').slice(0, 12);
  return `${pilot}_${environment}_${time}-${hash}`;
}

/** The pilot and environment that an id names, or undefined when it is no id of ours. */
export function ofDeployment(id: string): { pilot: string; environment: string; order: string } | undefined {
  const [pilot, environment, order, ...rest] = id.split('_');
  if (!pilot || !environment || !order || rest.length > 0) return undefined;
  if (!isPilotName(pilot) || !isEnvironmentName(environment) || !/^\d{8}T\d{6}Z-[0-9a-f]{12}$/.test(order))
    return undefined;
  return { pilot, environment, order };
}

/**
 * What an uploaded manifest's key says: `pilots/<pilot>/pilot.yaml` is for production,
 * `pilots/<pilot>/<environment>/pilot.yaml` for another environment.
 */
export function ofManifestKey(key: string): { pilot: string; environment: string } | undefined {
  const match = /^pilots\/([^/]+)\/(?:([^/]+)\/)?pilot\.yaml$/.exec(key);
  const pilot = match?.[1] ?? '';
  const environment = match?.[2] ?? DEFAULT_ENVIRONMENT;
  // One place for each: two keys of one pilot and environment would not know of each other's versions.
  if (match?.[2] === DEFAULT_ENVIRONMENT) return undefined;
  return isPilotName(pilot) && isEnvironmentName(environment) ? { pilot, environment } : undefined;
}

export function manifestKey(pilot: string, environment: string): string {
  const folder = environment === DEFAULT_ENVIRONMENT ? '' : `${environment}/`;
  return `pilots/${pilot}/${folder}pilot.yaml`;
}

/** One version of an uploaded manifest, and when S3 took it. */
export interface Upload {
  bucket: string;
  key: string;
  version: string;
  at: Date;
}

/** The id of the deployment that an upload asks for: whoever knows the version knows the id. */
export function uploadId(pilot: string, environment: string, { bucket, key, version, at }: Upload): string {
  return deploymentId(pilot, environment, at, `upload:${bucket}/${key}?${version}`);
}

/**
 * The id of the deployment that a person's request asks for.
 * @param request made once by the caller, kept over retries: `2026-11-21T01:57:15Z/<uuid>`.
 */
export function requestId(pilot: string, environment: string, request: string): string {
  return deploymentId(pilot, environment, new Date(request.split('/')[0] ?? ''), `request:${request}`);
}
