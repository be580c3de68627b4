import * as z from 'zod/mini';

/**
 * The kinds of value that a manifest is made of. Each message says what is
 * expected: `explain` makes the rest of a problem from where it stands.
 */

/** What each key is for, in one sentence: `docs/manifest.md`, the JSON Schema and `pilot explain` tell it. */
export const about = z.registry<{ description: string }>();

/** A key of a section, and what it is for. */
export function key<Schema extends z.ZodMiniType>(description: string, schema: Schema): Schema {
  about.add(schema, { description });
  return schema;
}

/** A key that may be left out and then means nothing. */
export const optional = <Schema extends z.ZodMiniType>(description: string, schema: Schema) =>
  key(description, z.exactOptional(schema));

/** A section of named keys, no others. */
export const section = <Keys extends Readonly<Record<string, z.ZodMiniType>>>(keys: Keys) =>
  z.strictObject(keys, `a section with ${listed(Object.keys(keys))}`);

/** `a, b or c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${last}` : last;
}

export const choice = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.enum(words, listed(words));

export const flag = () => z.boolean('true or false');

export function text(expected: string, pattern: RegExp) {
  return z.string(expected).check(z.regex(pattern, expected));
}

/** One line that people read. */
export const line = (most: number) =>
  text(`one line of text, at most ${most} characters`, new RegExp(`^[^\\p{Cc}]{1,${most}}$`, 'u'));

export function whole(from: number, to: number) {
  const expected = `a whole number from ${from} to ${to}`;
  return z
    .int(expected)
    .check(z.gte(from, { error: expected, abort: true }), z.lte(to, { error: expected, abort: true }));
}

export function amount(from: number, to: number, unit: string) {
  const expected = `a number from ${from} to ${to}, in ${unit}`;
  return z
    .number(expected)
    .check(z.gte(from, { error: expected, abort: true }), z.lte(to, { error: expected, abort: true }));
}

export function list<Item extends z.ZodMiniType>(item: Item, expected: string, most: number, least = 0) {
  return z.array(item, expected).check(z.minLength(least, expected), z.maxLength(most, expected));
}

export function named<Value extends z.ZodMiniType>(name: string, pattern: RegExp, value: Value, most: number) {
  const expected = `at most ${most} entries, each named by ${name}`;
  return z
    .record(text(name, pattern), value, expected)
    .check(z.refine((entries) => Object.keys(entries).length <= most, expected));
}

/** A program and its arguments. No shell reads them, so nothing in them can mean another command. */
export const ARGV = 'a list of the program and its arguments, such as [npm, run, build]';
export const argv = () =>
  list(text(ARGV, /^[^\0]{1,4096}$/u), ARGV, 64, 1).check(
    // `[npm run build]` would be a program of that name.
    z.refine((words) => words.length !== 1 || !/\s/.test(String(words[0])), { error: ARGV, path: [0] }),
  );

/** A relative path without empty, `.` or `..` parts, backslashes or control characters. */
export const RELATIVE = /^(?!\/)(?!.*\/\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))[^\\\p{Cc}]+$/u;

/** What an address path may hold: https://www.rfc-editor.org/rfc/rfc3986#section-3.3 */
export const addressPath = () =>
  text('a path such as /health, at most 200 characters', /^\/[\w\-.~!$&'()*+,;=:@%/?]{0,199}$/);

const LABEL = '(?!-)[a-z0-9-]{1,63}(?<!-)';
export const DOMAIN = 'a domain name in lower case such as www.example.com';
export const domainName = () => text(DOMAIN, new RegExp(`^(?=.{4,253}$)(?:${LABEL}\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`));

const WEBHOOK = 'an address such as https://hooks.example.com/deployments';
/** By name alone: an address of the network that Pilotage itself is in is none of a pilot's business. */
export const webhookAddress = () =>
  text(
    WEBHOOK,
    new RegExp(
      `^https://(?=[^/:]{4,253}[/:])(?:${LABEL}\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9](?::[1-9]\\d{0,4})?/[^\\s\\p{Cc}@]{0,500}$`,
      'u',
    ),
  ).check(z.refine((address) => URL.canParse(address), WEBHOOK));

export const EMAIL = 'an e-mail address such as web@example.com';
export const emailAddress = () => text(EMAIL, /^[^\s@\p{Cc}<>,;"]{1,64}@(?=.{4,253}$)(?:[a-z0-9-]+\.)+[a-z]{2,}$/iu);

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html */
export const CRON = 'a schedule such as cron(0 7 ? * MON-FRI *), with one ? for the days, or rate(1 hour)';
export const schedule = () =>
  text(
    CRON,
    /^(?:cron\((?:[0-9*,/-]+ ){2}(?:\? [0-9A-Z*,/-]+ [0-9A-Z*,/#L-]+|[0-9*,/LW-]+ [0-9A-Z*,/-]+ \?) [0-9*,/-]+\)|rate\((?:1 (?:minute|hour|day)|(?!1 )[1-9]\d{0,3} (?:minute|hour|day)s)\))$/,
  );
