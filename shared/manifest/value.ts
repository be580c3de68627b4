import { type Shape, TEXT } from './shape.ts';
import type { Node } from './tree.ts';

/** Numbers as JSON writes them: `012345678901` and `0x10` stay text. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/**
 * The plain value of a tree. Text stays text, so that `12e4567` is a commit and
 * `012345678901` an account; unquoted text becomes a number or a boolean only
 * where the schema wants one.
 */
export function plainValue(node: Node, shape: Shape): unknown {
  switch (node.kind) {
    case 'scalar':
      if (node.plain && shape.number && NUMBER.test(node.text)) return Number(node.text);
      if (node.plain && shape.boolean && /^(?:true|false)$/.test(node.text)) return node.text === 'true';
      return node.text;
    case 'list':
      return node.items.map((item) => plainValue(item, shape.item ?? TEXT));
    case 'mapping': {
      const value: Record<string, unknown> = {};
      for (const [key, entry] of node.entries) value[key] = plainValue(entry.value, shape.keys?.get(key) ?? TEXT);
      return value;
    }
    default:
      return null;
  }
}
