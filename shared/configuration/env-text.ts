/** What an environment variable may be called: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html */
export const VARIABLE_NAME = /^[A-Za-z_]\w*$/;
export const VARIABLE_EXPECTED = 'letters, digits and _, not beginning with a digit';

/** What stands in an environment variable: text as it is, all else as JSON. */
export const variableText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What means nothing but itself to all who read such files. */
const PLAIN = /^[\w./:@%+,-]+$/;
/** Between double quotes these mean something to some of them. */
const SPECIAL = /["\\$`]/;

/**
 * A value as it stands in a file of variables, so that a shell, systemd and the usual libraries all read the same:
 * plain, between single quotes, or between double quotes.
 * @returns undefined where there is no such way: it has a single quote, and one of `"`, `\`, `$` and `` ` ``.
 */
export function quotedValue(value: unknown): string | undefined {
  const text = variableText(value);
  if (PLAIN.test(text)) return text;
  if (!text.includes("'")) return `'${text}'`;
  return SPECIAL.test(text) ? undefined : `"${text}"`;
}

/**
 * A file of variables, a line for each.
 * @param values named as variables are, and each of them one that can be quoted.
 */
export const envText = (values: Record<string, unknown>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${quotedValue(value)}\n`)
    .join('');
