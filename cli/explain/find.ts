import type { Problem } from '../../shared/errors.ts';
import { type Described, describeManifest, findDescribed, lastOf } from '../../shared/manifest/describe.ts';
import { FIXED } from '../../shared/manifest/environments.ts';
import { nearest } from '../../shared/manifest/suggest.ts';

/** The key that somebody typed the path of, or what was probably meant. */
export function find(typed: string): Described | Problem {
  const parts = typed.split('.').filter(Boolean);
  const [section, environment, ...inside] = parts;
  if (section !== 'environments' || !environment) return at(parts);
  const [first] = inside;
  if (first === undefined) return at([section]);
  // What an environment changes is explained where it stands for all: `environments.ci.rollout` is `rollout`.
  return FIXED.includes(first) ? fixed(first) : at(inside);
}

const at = (parts: string[]): Described | Problem => findDescribed(parts.join('.')) ?? unknown(parts);

const fixed = (name: string): Problem => ({
  code: 'KEY_UNKNOWN',
  message: `${name} is the same in every environment`,
  hint: `pilot explain ${name}`,
});

/** The part of the path that leads nowhere. */
function unknown(parts: string[]): Problem {
  const known = parts.findIndex((_, index) => !findDescribed(parts.slice(0, index + 1).join('.')));
  const around = parts.slice(0, known).join('.');
  const keys = around ? (findDescribed(around)?.keys ?? []) : describeManifest();
  const names = keys.map((key) => lastOf(key.path));
  const wrong = parts[known] ?? '';
  const near = nearest(wrong, names);
  const meant = near ? [...parts.slice(0, known), near].join('.') : elsewhere(wrong);
  return {
    code: 'KEY_UNKNOWN',
    message: `${around || 'the manifest'} has no key ${wrong}`,
    ...(names.length > 0 && !meant && { expected: names.join(', ') }),
    ...(meant && { hint: `did you mean ${meant}?` }),
  };
}

/** A right name in another section: `multiAz` is `database.multiAz`. */
function elsewhere(name: string): string | undefined {
  const all = withInner(describeManifest());
  const names = all.map(({ path }) => lastOf(path));
  return all[names.indexOf(names.includes(name) ? name : (nearest(name, names) ?? ''))]?.path;
}

const withInner = (keys: Described[]): Described[] => keys.flatMap((key) => [key, ...withInner(key.keys)]);
