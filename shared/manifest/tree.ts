/** A manifest as it was written: each node knows its offset in the text. */
export type Node = Scalar | Empty | List | Mapping | Unreadable;

/** Text, in quotes or plain. Only plain text may become a number or a boolean. */
export interface Scalar {
  kind: 'scalar';
  start: number;
  text: string;
  plain: boolean;
}

/** A key without a value, or with `null` or `~`. */
export interface Empty {
  kind: 'empty';
  start: number;
  /** It was written as `null` or `~`. */
  isNull: boolean;
}

export interface List {
  kind: 'list';
  start: number;
  items: Node[];
}

export interface Mapping {
  kind: 'mapping';
  start: number;
  entries: Map<string, Entry>;
  /** It had a merge key, so what seems to be missing may not be. */
  merged: boolean;
}

export interface Entry {
  keyStart: number;
  value: Node;
}

/** Something that was refused already (an alias): nothing more is said about it. */
export interface Unreadable {
  kind: 'unreadable';
  start: number;
}

/** What stands at a path, and the nearest thing around it that does stand somewhere. */
export interface Found {
  node: Node | undefined;
  /** Offset of the key that leads to the node, or of the item. */
  at: number;
  parent: Node;
}

export function find(root: Node, path: readonly PropertyKey[]): Found {
  let found: Found = { node: root, at: root.start, parent: root };
  for (const part of path) {
    const parent = found.node;
    if (!parent) return found;
    found = { ...child(parent, part, found.at), parent };
  }
  return found;
}

function child(parent: Node, part: PropertyKey, at: number): { node: Node | undefined; at: number } {
  if (parent.kind === 'list') {
    const item = parent.items[Number(part)];
    return { node: item, at: item?.start ?? at };
  }
  const entry = parent.kind === 'mapping' ? parent.entries.get(String(part)) : undefined;
  return { node: entry?.value, at: entry?.keyStart ?? at };
}

/** What an alias or a merge key would have brought is not known: nothing in such a section is called missing. */
export const isHidden = (parent: Node): boolean =>
  parent.kind === 'unreadable' || (parent.kind === 'mapping' && parent.merged);

/** Every offset at which a part of it begins. */
export function offsetsIn(node: Node, offsets = new Set<number>()): Set<number> {
  offsets.add(node.start);
  if (node.kind === 'list') for (const item of node.items) offsetsIn(item, offsets);
  if (node.kind === 'mapping')
    for (const { keyStart, value } of node.entries.values()) {
      offsets.add(keyStart);
      offsetsIn(value, offsets);
    }
  return offsets;
}
