import { dump, load } from 'js-yaml';
import { type Described, describeManifest } from '../../shared/manifest/describe.ts';

/**
 * For each key that is no section, how a manifest sets it: `database: {multiAz: true}`.
 * @param examples manifests, the telling ones first; a value that differs from the default is preferred.
 */
export function exampleLines(examples: readonly string[]): Record<string, string> {
  const manifests = examples.map((text) => load(text));
  const keys = leaves(describeManifest());
  return Object.fromEntries(
    keys.map((key) => {
      const found = manifests.flatMap((manifest) => alone(manifest, key.path.split('.')));
      const { around } = found.find(({ value }) => inOneLine(value) !== key.byDefault) ?? found[0] ?? {};
      if (around === undefined) throw new Error(`no example shows ${key.path}`);
      return [key.path, inOneLine(around, 1)];
    }),
  );
}

const leaves = (keys: Described[]): Described[] =>
  keys.flatMap((key) => (key.keys.length > 0 && !key.byDefault ? leaves(key.keys) : [key, ...leaves(key.keys)]));

/** What stands at a path, and the manifest with nothing but that. */
function alone(here: unknown, path: string[]): { value: unknown; around: unknown }[] {
  const [part, ...rest] = path;
  if (part === undefined) return [{ value: here, around: here }];
  const isList = part.endsWith('[]');
  const name = isList ? part.slice(0, -2) : part;
  const entries = typeof here === 'object' && here !== null ? Object.entries(here) : [];
  return entries
    .filter(([key]) => name === '<name>' || key === name)
    .flatMap(([key, inner]) =>
      (isList ? (inner as unknown[]) : [inner])
        .flatMap((item) => alone(item, rest))
        .map(({ value, around }) => ({ value, around: { [key]: isList ? [around] : around } })),
    );
}

const inOneLine = (value: unknown, flowLevel = 0): string => dump(value, { flowLevel, lineWidth: -1 }).trimEnd();
