import type { Finding } from './finding.ts';
import { isPreview, PREVIEW } from './identifiers.ts';
import type { Mapping, Node } from './tree.ts';

/** What production has and a preview never does, whatever the top of the file says; and why. */
const NEVER: Readonly<Record<string, string>> = {
  domain: 'a preview has an address that nobody chose',
  email: 'a preview sends no mail in the pilot’s name',
  backups: 'a preview keeps nothing that could be lost',
  budget: 'a budget is of the pilot, and not of its previews',
  approval: 'a preview waits for nobody',
  rollout: 'a preview goes live at once, with all of its traffic',
};

/** What holds everywhere, or what the layer of previews says, as far as it can be of previews. */
export const previewable = <Of extends Node>(node: Of): Of =>
  node.kind === 'mapping'
    ? { ...node, entries: new Map([...node.entries].filter(([key]) => !Object.hasOwn(NEVER, key))) }
    : node;

/** Whether a manifest has previews; undefined where what it says is neither yes nor no, which the schema tells. */
export function hasPreviews(base: Node): boolean | undefined {
  if (base.kind !== 'mapping') return false;
  const written = base.entries.get('previews')?.value;
  if (!written) return base.merged ? undefined : false;
  if (written.kind !== 'scalar' || !written.plain) return undefined;
  return written.text === 'true' || (written.text === 'false' ? false : undefined);
}

/** What the layer of previews cannot say. */
export const neverIn = (layer: Mapping, path: string): Finding[] =>
  Object.entries(NEVER).flatMap(([key, message]) => {
    const entry = layer.entries.get(key);
    const isTaken = entry?.value.kind === 'empty' && entry.value.isNull;
    return !entry || isTaken
      ? []
      : [
          {
            code: 'MANIFEST_MISFIT',
            at: entry.keyStart,
            path: `${path}.${key}`,
            message,
            expected: `environments.${PREVIEW} without ${key}`,
          } as const,
        ];
  });

/** For a layer of previews in a manifest that has none. */
export const layerOfNone = (at: number, path: string): Finding => ({
  code: 'MANIFEST_MISFIT',
  at,
  path,
  message: `environments.${PREVIEW} is what holds in previews, and the manifest has none`,
  expected: 'previews: true at the top of the file, or another name',
});

/** For a preview that the manifest does not have, and for what all of them share, which is none. */
export function unknownPreview(name: string, base: Node, at: number): Finding | undefined {
  const code = 'ENVIRONMENT_UNKNOWN';
  if (name === PREVIEW) {
    const message = `${PREVIEW} is what holds in all previews, and none itself`;
    return { code, at, message, expected: 'pr and the number of a pull request, such as pr12' };
  }
  if (!isPreview(name)) return undefined;
  const written = base.kind === 'mapping' ? base.entries.get('previews')?.keyStart : undefined;
  const message = `${name} would be a preview, and the manifest has none`;
  return { code, at: written ?? at, message, expected: 'previews: true at the top of the file' };
}
