import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import type { Loaded } from '../manifest/load.ts';
import { fullName, readReference } from '../manifest/reference.ts';

/** An environment variable of a build; what CodeBuild fetches itself is named only. */
export interface Variable {
  name: string;
  value: string;
  type: 'PLAINTEXT' | 'PARAMETER_STORE' | 'SECRETS_MANAGER';
}

/** Those that are Pilotage’s, or CodeBuild’s, to set. */
const TAKEN = /^(?:PILOTAGE|CODEBUILD|AWS)_/i;

/**
 * The manifest’s variables as CodeBuild takes them.
 * @see https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
 */
export function variablesOf({ name: pilot, build }: Resolved, environment: string): Variable[] {
  return Object.entries(build?.variables ?? {}).map(([name, value]): Variable => {
    const reference = readReference(value);
    if (!reference || reference.from === 'stack-output') return { name, value, type: 'PLAINTEXT' };
    const full = fullName(reference, pilot, environment);
    if (reference.from === 'ssm') return { name, value: full, type: 'PARAMETER_STORE' };
    return { name, value: reference.field ? `${full}:${reference.field}` : full, type: 'SECRETS_MANAGER' };
  });
}

/** Variables that no build can be given, each where it was written. */
export function variableProblems({ manifest, placeOf }: Extract<Loaded, { ok: true }>): Problem[] {
  return Object.entries(manifest.build?.variables ?? {}).flatMap(([name, value]) => {
    const problem = problemOf(name, value);
    return problem ? [{ ...problem, code: 'BUILD_VARIABLE', place: placeOf(['build', 'variables', name]) }] : [];
  });
}

function problemOf(name: string, value: string): Pick<Problem, 'message' | 'expected'> | undefined {
  if (TAKEN.test(name))
    return {
      message: `${name} is set by whoever builds`,
      expected: 'a name that begins otherwise than PILOTAGE_, CODEBUILD_ and AWS_',
    };
  // One policy holds all builds, each to what is its pilot’s own: it cannot tell what the operator allows to whom.
  if (readReference(value)?.own === false)
    return {
      message: `a build cannot be given ${value}`,
      expected: 'text, or a reference of the pilot’s own: ssm:NAME or secret:NAME',
    };
  return undefined;
}
