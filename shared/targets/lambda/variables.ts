import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { fullName, readReference } from '../../manifest/reference.ts';
import { databaseSecrets, databaseVariables, madeSecret, PASSWORD_FIELD } from '../database.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const NAME = /^[A-Za-z]\w+$/;
const RESERVED =
  /^(?:AWS_(?:REGION|DEFAULT_REGION|ACCESS_KEY(?:_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV|XRAY_\w+|LAMBDA_(?:FUNCTION_\w+|LOG_\w+|INITIALIZATION_TYPE|RUNTIME_API|METADATA_\w+|MAX_CONCURRENCY)|CONTAINER_\w+)|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/** What follows the name of a secret, in the name of the variable that tells where it lies. */
const WHERE = '_FROM';

/**
 * The function's environment variables: the configuration as text, and for each
 * secret where it lies, never what it is: `DB_PASSWORD_FROM` is
 * `secret:pilots/acme/production/db#password` or `ssm:/pilots/acme/production/db`,
 * which the function's role may read.
 */
export function variablesOf(manifest: ResolvedFor<'lambda'>, pilot: string, environment: string): Variables {
  const values = Object.entries(manifest.config?.values ?? {}).map(([name, value]) => [name, textOf(value)] as const);
  const named = { ...manifest.secrets, ...databaseSecrets(manifest) };
  const places = Object.entries(named).flatMap(([name, written]) => {
    const reference = readReference(written);
    if (!reference || reference.from === 'stack-output') return [];
    const field = reference.from === 'secret' && reference.field ? `#${reference.field}` : '';
    return [[name + WHERE, `${reference.from}:${fullName(reference, pilot, environment)}${field}`] as const];
  });
  const all = [...values, ...places];
  return {
    variables: Object.fromEntries(all),
    problems: [...all.flatMap(([name]) => nameProblems(name)), ...twice(values, places)],
  };
}

/** What the plan has of them, and what the stack tells of the pilot’s database. */
export function allVariables(plan: Plan): Record<string, string> {
  const { variables, database } = detailOf(plan);
  const made = madeSecret(plan, database);
  return {
    ...variables,
    ...databaseVariables(plan, database),
    ...(made && { [`DATABASE_PASSWORD${WHERE}`]: `secret:${made}#${PASSWORD_FIELD}` }),
  };
}

export interface Variables {
  variables: Record<string, string>;
  problems: Problem[];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function nameProblems(name: string): Problem[] {
  const expected = 'a letter, then at least one more letter, digit or _';
  if (!NAME.test(name)) return [{ code: 'VARIABLE_NAME', message: `Lambda takes no variable named ${name}`, expected }];
  if (!RESERVED.test(name)) return [];
  return [{ code: 'VARIABLE_RESERVED', message: `${name} is set by Lambda itself`, expected: 'another name' }];
}

type Named = readonly (readonly [name: string, value: string])[];

function twice(values: Named, places: Named): Problem[] {
  const taken = new Set(values.map(([name]) => name));
  return places
    .filter(([name]) => taken.has(name))
    .map(([name]) => ({
      code: 'VARIABLE_TWICE',
      message: `config.values has ${name}, which tells where the secret ${name.slice(0, -WHERE.length)} lies`,
      expected: 'another name for one of them',
    }));
}
