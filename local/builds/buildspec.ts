import { parse } from 'yaml';

export const PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;
export type PhaseName = (typeof PHASES)[number];

export interface PhaseSpec {
  commands: string[];
  /** Run after the commands, even when one of them fails. */
  finally: string[];
  /** What a failure leads to; by the phases' own transitions where nothing is said. */
  onFailure?: 'ABORT' | 'CONTINUE';
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html */
export interface Buildspec {
  shell: 'sh' | 'bash';
  variables: Record<string, string>;
  parameters: Record<string, string>;
  secrets: Record<string, string>;
  exported: string[];
  phases: Partial<Record<PhaseName, PhaseSpec>>;
  artifacts?: ArtifactSpec;
  cachePaths: string[];
}

export interface ArtifactSpec {
  files: string[];
  excluded: string[];
  baseDirectory?: string;
  name?: string;
  discardsPaths: boolean;
  keepsLinks: boolean;
}

/** @returns what is wrong with it, as the build’s phase tells it, otherwise. */
export function parseBuildspec(text: string): Buildspec | string {
  let read: unknown;
  try {
    read = parse(text);
  } catch (error) {
    return `Error parsing YAML: ${(error as Error).message.split('\n')[0]}`;
  }
  if (!isMap(read)) return 'wrong number of container tags, expected 1';
  if (Number(read.version) !== 0.2) return `Unknown buildspec version: ${read.version ?? ''}`;
  const phases = read.phases ?? {};
  if (!isMap(phases)) return 'phases is no mapping';
  const unknown = Object.keys(phases).find((name) => !PHASES.includes(name as PhaseName));
  if (unknown) return `Unknown phase: ${unknown}`;
  const env = isMap(read.env) ? read.env : {};
  const shell = String(env.shell ?? 'sh');
  if (shell !== 'sh' && shell !== 'bash') return `the shell ${shell} is not known here`;
  const parsed: Partial<Record<PhaseName, PhaseSpec>> = {};
  for (const name of PHASES) {
    const phase = phases[name];
    if (phase === undefined || phase === null) continue;
    if (!isMap(phase)) return `${name} is no mapping`;
    const onFailure = phase['on-failure'];
    if (onFailure !== undefined && onFailure !== 'ABORT' && onFailure !== 'CONTINUE')
      return `on-failure of ${name} is ${onFailure}, which is not known here`;
    if (phase.commands === undefined && phase.finally === undefined) continue;
    parsed[name] = { commands: texts(phase.commands), finally: texts(phase.finally), ...(onFailure && { onFailure }) };
  }
  if (Object.keys(parsed).length === 0) return 'At least one phase with commands has to be there';
  return {
    shell,
    variables: pairs(env.variables),
    parameters: pairs(env['parameter-store']),
    secrets: pairs(env['secrets-manager']),
    exported: texts(env['exported-variables']),
    phases: parsed,
    ...(isMap(read.artifacts) && { artifacts: artifactSpec(read.artifacts) }),
    cachePaths: isMap(read.cache) ? texts(read.cache.paths) : [],
  };
}

const artifactSpec = (read: Record<string, unknown>): ArtifactSpec => ({
  files: texts(read.files),
  excluded: texts(read['exclude-paths']),
  ...(read['base-directory'] !== undefined && { baseDirectory: String(read['base-directory']) }),
  ...(read.name !== undefined && { name: String(read.name) }),
  discardsPaths: isYes(read['discard-paths']),
  keepsLinks: isYes(read['enable-symlinks']),
});

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isYes = (value: unknown): boolean => value === true || value === 'yes' || value === 'true';
const texts = (value: unknown): string[] =>
  value === undefined || value === null ? [] : (Array.isArray(value) ? value : [value]).map(String);
const pairs = (value: unknown): Record<string, string> =>
  isMap(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)])) : {};
