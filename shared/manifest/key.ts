import type { Finding } from './finding.ts';
import { shortened } from './name.ts';
import type { Mapping, Node } from './tree.ts';

/** A key of a section. One without a name was refused, and its value is dropped. */
export interface Key {
  name?: string;
  start: number;
  finding?: Finding;
}

/** Names that mean something to JavaScript's own objects. */
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a node as the next key of a section.
 * @param seen the keys so far, NFC-normalised, so that twins that look the same are caught.
 */
export function readKey(node: Node, section: Mapping, seen: Set<string>): Key {
  const start = Math.max(node.start, section.start);
  if (node.kind === 'unreadable') return { start };
  if (node.kind !== 'scalar') return { start, finding: { ...NO_TEXT, at: start } };

  const { text, plain } = node;
  if (plain && text === '<<') {
    section.merged = true;
    return { start, finding: { ...MERGE, at: start } };
  }
  const name = text.normalize('NFC');
  if (DANGEROUS.has(name))
    return { start, finding: { ...FORBIDDEN, at: start, message: `no key may be named ${name}`, path: name } };
  if (seen.has(name))
    return {
      start,
      finding: { ...TWIN, at: start, message: `${shortened(text)} is given twice`, path: shortened(text) },
    };
  seen.add(name);
  return { name: text, start };
}

const NO_TEXT = { code: 'MANIFEST_TYPE', message: 'a key is not text', expected: 'a name before the colon' } as const;
const MERGE = {
  code: 'MANIFEST_ALIAS',
  message: 'merge keys (<<) are not taken',
  expected: 'the keys themselves',
} as const;
const FORBIDDEN = { code: 'MANIFEST_FORBIDDEN_KEY', expected: 'another name' } as const;
const TWIN = { code: 'MANIFEST_DUPLICATE_KEY', expected: 'each key once' } as const;
