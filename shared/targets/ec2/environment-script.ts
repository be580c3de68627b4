import { fullName, readReference } from '../../manifest/reference.ts';
import { databaseVariables, madeSecret, PASSWORD_FIELD } from '../database.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { quoted } from './shell-words.ts';

export const ENVIRONMENT_FILE = '/etc/pilot/environment';

/**
 * Writes the file that systemd reads the pilot's environment from. It runs before each start, so that a secret that
 * was changed is read anew, and it alone ever sees one.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=
 */
export function environmentScript(plan: Plan, region: string): string {
  const { secrets, database, variables: configured } = detailOf(plan);
  const variables = { ...configured, ...databaseVariables(plan, database) };
  const made = madeSecret(plan, database);
  return `#!/bin/bash
# Writes what the pilot is started with; secrets are read anew each time, with the rights of this instance.
set -eu
umask 077
export AWS_DEFAULT_REGION=${quoted(region)}

parameter() {
  local value
  value=$(aws ssm get-parameters --names "$1" --with-decryption --query 'Parameters[].Value' --output text)
  [ -n "$value" ] || { echo "there is no parameter $1" >&2; return 1; }
  printf '%s' "$value"
}

secret() {
  aws secretsmanager get-secret-value --secret-id "$1" --query SecretString --output text
}

field() {
  python3 -c 'import json, sys; value = json.load(sys.stdin)[sys.argv[1]]; print(value if isinstance(value, str) else json.dumps(value))' "$1"
}

say() {
  printf '%s="%s"\\n' "$1" "$(printf '%s' "$2" | sed 's/[\\\\"$\`]/\\\\&/g')" >> ${ENVIRONMENT_FILE}.new
}

: > ${ENVIRONMENT_FILE}.new
${Object.entries(variables)
  .sort(byName)
  .map(([name, value]) => `say ${name} ${quoted(value)}`)
  .join('\n')}
${Object.entries(secrets)
  .sort(byName)
  .flatMap(([name, written]) => sayingSecret(plan, name, written))
  .concat(made ? saying('DATABASE_PASSWORD', readingSecret(made, PASSWORD_FIELD)) : [])
  .join('\n')}
mv ${ENVIRONMENT_FILE}.new ${ENVIRONMENT_FILE}
`;
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

function sayingSecret({ pilot, environment }: Plan, name: string, written: string): string[] {
  const reference = readReference(written);
  if (!reference || reference.from === 'stack-output') return [];
  const full = fullName(reference, pilot, environment);
  return saying(name, reference.from === 'ssm' ? `parameter ${quoted(full)}` : readingSecret(full, reference.field));
}

const readingSecret = (name: string, field?: string): string =>
  `secret ${quoted(name)}${field ? ` | field ${quoted(field)}` : ''}`;

/** The value is read on a line of its own: within another command a failure would go unnoticed. */
const saying = (name: string, reading: string): string[] => [
  `value=$(set -o pipefail; ${reading})`,
  `say ${name} "$value"`,
];
