import { type Finding, joinPath } from './finding.ts';
import { foreign, shortened } from './name.ts';
import { type Shape, shapeAt } from './shape.ts';
import { nearest } from './suggest.ts';
import { find, type Node } from './tree.ts';

/** More keys than these nobody reads. */
const LISTED = 16;

/** Where so many are unknown, none was misspelt: the file is something else. */
const MISSPELT = 50;

/** Keys that the schema does not know: slips of the pen, right ones in the wrong section, a later target's section. */
export function unknownKeys(path: readonly PropertyKey[], keys: string[], root: Node, shape: Shape): Finding[] {
  const known = [...(shapeAt(shape, path)?.keys?.keys() ?? [])];
  const expected =
    known.length > LISTED ? `one of its ${known.length} keys, which pilot explain lists` : known.join(', ');
  const section = path.length > 0 ? joinPath(path) : 'the manifest';
  return keys.map((key) => {
    const { at } = find(root, [...path, key]);
    const said = { at, path: joinPath([...path, shortened(key)]), expected };
    const hint = keys.length <= MISSPELT ? (meant(key, known) ?? elsewhere(key, root, shape)) : undefined;
    const message = `${shortened(key)} is no key of ${section}${foreign(key)}`;
    return { ...said, code: 'MANIFEST_UNKNOWN_KEY', message, ...(hint && { hint }) };
  });
}

function meant(key: string, known: string[]): string | undefined {
  const near = nearest(key, known);
  return near && `did you mean ${near}?`;
}

/** A key that is right, only in the wrong section; several may have it, and that of the target comes first. */
function elsewhere(key: string, root: Node, shape: Shape): string | undefined {
  if (shape.keys?.has(key)) return `${key} belongs to the manifest itself, without indentation`;
  const sections = [...(shape.keys ?? [])].filter(([, inner]) => inner.keys?.has(key)).map(([name]) => name);
  const { node } = find(root, ['target']);
  const own = node?.kind === 'scalar' ? node.text : undefined;
  const section = sections.find((name) => name === own) ?? sections[0];
  return section && `${key} belongs in the section ${section}`;
}
