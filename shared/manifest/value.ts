import { entryAt, FREE, type Shape, TEXT } from './shape.ts';
import type { Node, Scalar } from './tree.ts';

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
      return shape.free ? freeValue(node) : scalarValue(node, shape);
    case 'list':
      return node.items.map((item) => plainValue(item, shape.free ? FREE : (shape.item ?? TEXT)));
    case 'mapping': {
      const value: Record<string, unknown> = {};
      for (const [key, entry] of node.entries) value[key] = plainValue(entry.value, entryAt(shape, key) ?? TEXT);
      return value;
    }
    default:
      return null;
  }
}

function scalarValue({ plain, text }: Scalar, shape: Shape): unknown {
  if (plain && shape.number && NUMBER.test(text)) return Number(text);
  if (plain && shape.boolean && /^(?:true|false)$/.test(text)) return text === 'true';
  return text;
}

/** A number only where writing it again gives the same text: `1.0` is a version and `12e4567` a commit. */
function freeValue({ plain, text }: Scalar): unknown {
  if (!plain) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return NUMBER.test(text) && String(Number(text)) === text ? Number(text) : text;
}
