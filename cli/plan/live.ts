import type { Problem } from '../../shared/errors.ts';
import type { Resolved } from '../../shared/manifest/complete.ts';
import { loadManifest } from '../../shared/manifest/load.ts';

/** Where a complete manifest has seconds, and a written one a duration. */
const DURATIONS: readonly (readonly [section: string, key: string])[] = [
  ['build', 'timeout'],
  ['ecs', 'stopTimeout'],
  ['health', 'grace'],
  ['health', 'interval'],
  ['health', 'timeout'],
  ['lambda', 'timeout'],
  ['migrations', 'timeout'],
  ['rollout', 'bake'],
];

type Section = Record<string, unknown>;

/**
 * Reads a complete manifest as JSON: alone, or as `manifest` in what `pilot
 * validate --json` says. It is written out again and read as any other, so
 * nothing in it is trusted.
 * @returns undefined where the text is no such thing, but may be a manifest as people write it.
 */
export function readResolved(text: string, file: string): Resolved | Problem[] | undefined {
  const value = sectionOf(parsed(text));
  const complete = sectionOf(value?.manifest) ?? value;
  if (typeof sectionOf(complete?.rollout)?.bake !== 'number') return undefined;
  const written = { ...complete };
  for (const [name, key] of DURATIONS) {
    const section = sectionOf(written[name]);
    if (typeof section?.[key] === 'number') written[name] = { ...section, [key]: `${section[key]}s` };
  }
  const loaded = loadManifest(new TextEncoder().encode(JSON.stringify(written, null, 2)), file);
  // Its places are in what was written out here, and nobody can look there.
  return loaded.ok ? loaded.manifest : loaded.problems.map((problem) => ({ ...problem, place: { file } }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const sectionOf = (value: unknown): Section | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Section) : undefined;
