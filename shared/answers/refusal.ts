import type { ApiRefusal } from '../api.ts';

/** Names that an answer lists at most. */
const MOST_NAMES = 20;

export const refusal = (code: string, message: string, expected?: string): ApiRefusal => ({
  ok: false,
  code,
  message,
  ...(expected && { expected }),
});

/** For a pilot, or an environment of it, that nothing was ever deployed to: names those that there are. */
export function stranger(
  all: { pilot: string; environment: string }[],
  pilot: string,
  environment?: string,
): ApiRefusal {
  const environments = all.filter((one) => one.pilot === pilot).map((one) => one.environment);
  if (environments.length > 0)
    return refusal(
      'ENVIRONMENT_UNKNOWN',
      `${pilot} was never deployed to ${environment}`,
      `one of ${listed(environments)}`,
    );
  const names = [...new Set(all.map((one) => one.pilot))].sort();
  return refusal(
    'PILOT_UNKNOWN',
    `no pilot is named ${pilot}`,
    names.length > 0 ? `one of ${listed(names)}` : 'a pilot that was deployed once; none was so far',
  );
}

export function listed(names: string[]): string {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
