import type { Finding } from './finding.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAME, isPreview, PREVIEW } from './identifiers.ts';
import { shortened } from './name.ts';
import { hasPreviews, layerOfNone, neverIn, previewable, unknownPreview } from './preview-layer.ts';
import { nearest } from './suggest.ts';
import type { Entry, Mapping, Node } from './tree.ts';

/** A manifest's environments: what each one says otherwise, and what is the same everywhere. */
export interface Layers {
  base: Node;
  /** In the order of the file; production is always there, and before the others what holds in previews, where there are any. */
  overrides: ReadonlyMap<string, Mapping | undefined>;
  /** Where the section stands; absent where there is none: then the manifest may go anywhere. */
  at?: number;
  findings: Finding[];
}

const SECTION = 'environments';
export const MOST_ENVIRONMENTS = 16;
const NAMES = 'a to z and digits, beginning with a letter, at most 16';
export const OVERRIDES_EXPECTED = 'a section with what is different in this environment';

/** What an environment cannot change, since it would be another pilot. */
export const FIXED = ['apiVersion', 'name', 'target', 'previews', SECTION];

/** Takes a manifest apart into what holds everywhere and what each environment says otherwise. */
export function layersOf(root: Node): Layers {
  const entry = root.kind === 'mapping' ? root.entries.get(SECTION) : undefined;
  if (root.kind !== 'mapping' || !entry) return { base: root, overrides: alwaysIn(root), findings: [] };
  const base: Mapping = { ...root, entries: new Map([...root.entries].filter(([key]) => key !== SECTION)) };
  if (entry.value.kind !== 'mapping') {
    const findings =
      entry.value.kind === 'unreadable' ? [] : [wrong(SECTION, entry, 'a section with the environments by name')];
    return { base, overrides: alwaysIn(base), findings };
  }

  const findings: Finding[] = [];
  const overrides = new Map(alwaysIn(base));
  const entries = [...entry.value.entries];
  if (entries.length > MOST_ENVIRONMENTS) findings.push(tooMany(entry, entries.length));
  for (const [name, written] of entries.slice(0, MOST_ENVIRONMENTS)) {
    findings.push(...judged(name, written, base));
    if (ENVIRONMENT_NAME.test(name) && !isPreview(name) && (name !== PREVIEW || overrides.has(PREVIEW)))
      overrides.set(name, written.value.kind === 'mapping' ? changeable(name, written.value) : undefined);
  }
  return { base, overrides, at: entry.keyStart, findings };
}

const alwaysIn = (base: Node): Layers['overrides'] =>
  new Map([DEFAULT_ENVIRONMENT, ...(hasPreviews(base) ? [PREVIEW] : [])].map((name) => [name, undefined]));

function judged(name: string, { keyStart, value }: Entry, base: Node): Finding[] {
  const path = `${SECTION}.${shortened(name)}`;
  if (!ENVIRONMENT_NAME.test(name) || isPreview(name))
    return [
      {
        code: 'MANIFEST_VALUE',
        at: keyStart,
        path,
        message: `an environment cannot be named ${shortened(name)}`,
        expected: isPreview(name) ? `another name, or ${PREVIEW} for what holds in all previews` : NAMES,
      },
    ];
  if (name === PREVIEW && hasPreviews(base) === false) return [layerOfNone(keyStart, path)];
  if (value.kind === 'unreadable' || value.kind === 'empty') return [];
  if (value.kind !== 'mapping') return [wrong(path, { keyStart, value }, OVERRIDES_EXPECTED)];
  return [...(name === PREVIEW ? neverIn(value, path) : []), ...fixedIn(value, path)];
}

const fixedIn = (value: Mapping, path: string): Finding[] =>
  FIXED.flatMap((key) => {
    const fixed = value.entries.get(key);
    if (!fixed) return [];
    const message = `${key} is the same in every environment`;
    return [
      {
        code: 'MANIFEST_MISFIT',
        at: fixed.keyStart,
        path: `${path}.${key}`,
        message,
        expected: 'it at the top of the file, for all of them',
      } as const,
    ];
  });

const wrong = (path: string, { keyStart, value }: Entry, expected: string): Finding => ({
  code: 'MANIFEST_TYPE',
  at: value.kind === 'empty' ? keyStart : value.start,
  path,
  message: `${path} ${value.kind === 'empty' ? 'has no value' : value.kind === 'list' ? 'is a list' : 'is text'}`,
  expected,
});

const tooMany = ({ keyStart }: Entry, count: number): Finding => ({
  code: 'MANIFEST_VALUE',
  at: keyStart,
  path: SECTION,
  message: `there are ${count} environments`,
  expected: `at most ${MOST_ENVIRONMENTS}`,
});

/** Those that it is deployed to by their names: what holds in previews is none. */
export const environmentsIn = ({ overrides }: Pick<Layers, 'overrides'>): string[] =>
  [...overrides.keys()].filter((name) => name !== PREVIEW);

function changeable(name: string, written: Mapping): Mapping {
  const entries = new Map([...written.entries].filter(([key]) => !FIXED.includes(key)));
  return name === PREVIEW ? previewable({ ...written, entries }) : { ...written, entries };
}

/**
 * The manifest of one environment, by the rules of JSON Merge Patch
 * (https://www.rfc-editor.org/rfc/rfc7396): sections are merged key by key,
 * anything else replaces what was there, and `null` takes it away. Each part
 * keeps its offset, so a problem stands where it was written.
 */
export function layered(base: Node, override: Mapping | undefined): Node {
  if (!override) return base;
  if (base.kind !== 'mapping') return override;
  const entries = new Map(base.entries);
  for (const [key, entry] of override.entries) {
    if (entry.value.kind === 'empty' && entry.value.isNull) entries.delete(key);
    else entries.set(key, { ...entry, value: merged(entries.get(key)?.value, entry.value) });
  }
  return { ...base, entries, merged: base.merged || override.merged };
}

const merged = (base: Node | undefined, override: Node): Node =>
  override.kind === 'mapping'
    ? layered(base?.kind === 'mapping' ? base : { ...override, entries: new Map() }, override)
    : override;

/** For an environment that a manifest does not have. */
export function unknownEnvironment(name: string, { base, overrides, at = 0 }: Layers): Finding {
  const preview = unknownPreview(name, base, at);
  if (preview) return preview;
  const known = environmentsIn({ overrides });
  const near = nearest(name, known);
  return {
    code: 'ENVIRONMENT_UNKNOWN',
    at,
    message: `the manifest has no environment ${name}`,
    expected: known.join(', '),
    hint: near ? `did you mean ${near}?` : `add ${name}: {} to environments`,
  };
}
