import * as sdk from '@aws-sdk/client-codebuild';

/**
 * CodeBuild's own model of its API, as the SDK carries it: what each operation takes and gives. What is asked and what
 * is answered is held against it.
 */
const model = sdk as unknown as Record<string, unknown>;

const LIST = 1;
const STRUCTURE = 3;
const OPERATION = 9;
/** Added to a scalar's number, it is a list of those. */
const LIST_OF = 64;
const SCALARS: Record<number, string> = { 0: 'string', 1: 'number', 2: 'boolean', 4: 'number' };

/** The values that a member may have, where these are listed. */
const VALUES: Record<string, object> = {
  'StartBuildInput.sourceTypeOverride': sdk.SourceType,
  'StartBuildInput.computeTypeOverride': sdk.ComputeType,
  'StartBuildInput.environmentTypeOverride': sdk.EnvironmentType,
  'EnvironmentVariable.type': sdk.EnvironmentVariableType,
  'ProjectArtifacts.type': sdk.ArtifactsType,
  'ProjectArtifacts.packaging': sdk.ArtifactPackaging,
  'ProjectArtifacts.namespaceType': sdk.ArtifactNamespace,
  'ProjectCache.type': sdk.CacheType,
  'CloudWatchLogsConfig.status': sdk.LogsConfigStatusType,
  'Build.buildStatus': sdk.StatusType,
  'BuildPhase.phaseType': sdk.BuildPhaseType,
  'BuildPhase.phaseStatus': sdk.StatusType,
};

/** An operation's schemas; undefined when there is no such operation. */
export function operationNamed(name: string): { input: unknown; output: unknown } | undefined {
  const schema = model[`${name}$`];
  if (!Array.isArray(schema) || schema[0] !== OPERATION) return undefined;
  return { input: schema[4], output: schema[5] };
}

/** What is not as the model has it, in words; undefined where all is well. */
export function offModel(value: unknown, schema: unknown, path = 'it'): string | undefined {
  if (typeof schema === 'function') return offModel(value, schema(), path);
  if (typeof schema === 'number') {
    if (schema < LIST_OF) return typeof value === SCALARS[schema] ? undefined : `${path} is no ${SCALARS[schema]}`;
    return each(value, path, (one) => offModel(one, schema - LIST_OF, path));
  }
  if (!Array.isArray(schema)) return undefined;
  const [kind, , name, , first, types = [], required = 0] = schema;
  if (kind === LIST) return each(value, path, (one) => offModel(one, first, path));
  if (kind !== STRUCTURE) return undefined;
  return offStructure(value, { name, names: first as string[], types, required }, path);
}

interface Structure {
  name: string;
  names: string[];
  types: unknown[];
  required: number;
}

function offStructure(value: unknown, { name, names, types, required }: Structure, path: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${path} is no structure`;
  const missing = names.slice(0, required).find((one) => !(one in value));
  if (missing) return `${path} has to have ${missing}`;
  for (const [member, one] of Object.entries(value)) {
    if (one === undefined) continue;
    const index = names.indexOf(member);
    if (index < 0) return `${path} has no member ${member}`;
    const allowed = VALUES[`${name}.${member}`];
    if (allowed && !Object.values(allowed).includes(one)) return `${path}.${member} may not be ${one}`;
    const off = offModel(one, types[index], `${path}.${member}`);
    if (off) return off;
  }
  return undefined;
}

function each(value: unknown, path: string, check: (one: unknown) => string | undefined): string | undefined {
  if (!Array.isArray(value)) return `${path} is no list`;
  for (const one of value) {
    const off = check(one);
    if (off) return off;
  }
  return undefined;
}
