import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { canonicalJson } from '../../shared/manifest/digest.ts';
import { layers, manifests, type Plain } from './arbitrary.ts';
import { load, problemsOf, resolved } from './samples.ts';

/** YAML in blocks, as people write it. */
const yaml = (manifest: Plain): string => stringify(manifest, { aliasDuplicateObjects: false, lineWidth: 0 });

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const UNITS: Record<string, number> = { s: 1, m: 60 };

/** What was written in `given` is in `read`; durations as seconds, and defaults besides. */
function isIn(given: unknown, read: unknown): boolean {
  if (isPlain(given)) return isPlain(read) && Object.keys(given).every((key) => isIn(given[key], read[key]));
  if (Array.isArray(given))
    return Array.isArray(read) && given.length === read.length && given.every((item, i) => isIn(item, read[i]));
  if (typeof given === 'string' && typeof read === 'number')
    return read === Number(given.slice(0, -1)) * (UNITS[given.slice(-1)] ?? Number.NaN);
  return Object.is(given, read);
}

const DURATIONS = ['bake', 'timeout', 'interval', 'grace', 'stopTimeout'];

/** A complete manifest as it could have been written: seconds with their unit, settings as they are. */
function written(value: unknown, key = ''): unknown {
  if (typeof value === 'number' && DURATIONS.includes(key)) return `${value}s`;
  if (!isPlain(value) || key === 'values') return Array.isArray(value) ? value.map((item) => written(item)) : value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, written(inner, name)]));
}

/** https://www.rfc-editor.org/rfc/rfc7396#section-2, on plain JSON. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch;
  const merged: Plain = isPlain(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** What is said of a manifest, wherever in the file it stands. */
const said = (text: string, environment?: string) => {
  const problems = problemsOf(text, environment);
  const messages = problems.map(({ code, message }) => `${code} ${message.replace(', in environment staging', '')}`);
  return messages.length > 0 ? [...new Set(messages)].sort() : resolved(text, environment);
};

describe('a valid manifest, whichever', () => {
  it('is accepted, and says what was written', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        expect(problemsOf(JSON.stringify(manifest))).toEqual([]);
        expect(isIn(manifest, resolved(JSON.stringify(manifest)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same in YAML as in JSON', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        expect(resolved(yaml(manifest))).toStrictEqual(resolved(JSON.stringify(manifest)));
      }),
      { numRuns: 300 },
    );
  });

  it('is the same again when it is written out with every default', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const once = resolved(JSON.stringify(manifest));
        const again = resolved(yaml(written(once) as Plain));
        expect(canonicalJson(again)).toBe(canonicalJson(once));
      }),
      { numRuns: 300 },
    );
  });
});

describe('an environment', () => {
  it('is the manifest with its section merged in as JSON Merge Patch says', () => {
    fc.assert(
      fc.property(layers, ({ manifest, staging }) => {
        const layered = JSON.stringify({ ...manifest, environments: { staging } });
        expect(said(layered, 'staging')).toStrictEqual(said(JSON.stringify(mergePatch(manifest, staging))));
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing for the others, nor do they for it', () => {
    const valid = layers.filter(
      ({ manifest, ...environments }) => load(JSON.stringify({ ...manifest, environments })).ok,
    );
    fc.assert(
      fc.property(valid, ({ manifest, staging, ci }) => {
        const both = JSON.stringify({ ...manifest, environments: { staging, ci } });
        expect(resolved(both)).toStrictEqual(resolved(JSON.stringify(manifest)));
        const alone = JSON.stringify({ ...manifest, environments: { staging } });
        expect(resolved(both, 'staging')).toStrictEqual(resolved(alone, 'staging'));
      }),
      { numRuns: 100 },
    );
  });
});
