import type * as core from 'zod/v4/core';

/** What a schema takes, looked at from outside: the kinds of value, the keys of a section, the items of a list. */
export interface Shape {
  number: boolean;
  boolean: boolean;
  list: boolean;
  /** May be left out. */
  optional: boolean;
  item: Shape | undefined;
  /** Absent where no section belongs. */
  keys: ReadonlyMap<string, Shape> | undefined;
  /** What the entries of a section may be whose keys the writer chooses. */
  entry: Shape | undefined;
  /** Anything: numbers, booleans, lists and sections as they are written. */
  free: boolean;
}

/** Reads a zod schema's own definition, so that the schema stays the only list of keys and types. */
export function shapeOf(schema: core.$ZodType): Shape {
  const { def } = (schema as core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return { ...TEXT, keys: new Map(Object.entries(def.shape).map(([key, inner]) => [key, shapeOf(inner)])) };
    case 'record':
      return { ...TEXT, entry: shapeOf(def.valueType) };
    case 'unknown':
      return FREE;
    case 'array':
      return { ...TEXT, list: true, item: shapeOf(def.element) };
    case 'union':
      return def.options.map(shapeOf).reduce(either);
    case 'default':
    case 'prefault':
    case 'optional':
      return { ...shapeOf(def.innerType), optional: true };
    case 'pipe':
      return shapeOf(def.in);
    case 'number':
      return { ...TEXT, number: true };
    case 'literal':
      return { ...TEXT, number: def.values.some((value) => typeof value === 'number') };
    case 'boolean':
      return { ...TEXT, boolean: true };
    default:
      return TEXT;
  }
}

/** The shape of what stands at a path, as the schema's own paths say it. */
export function shapeAt(shape: Shape, path: readonly PropertyKey[]): Shape | undefined {
  return path.reduce<Shape | undefined>(
    (here, part) => (typeof part === 'number' ? here?.item : here && entryAt(here, String(part))),
    shape,
  );
}

export const entryAt = (shape: Shape, key: string): Shape | undefined =>
  shape.keys?.get(key) ?? shape.entry ?? (shape.free ? FREE : undefined);

/** Nothing but text; what is not known is read as text too. */
export const TEXT: Shape = {
  number: false,
  boolean: false,
  list: false,
  optional: false,
  item: undefined,
  keys: undefined,
  entry: undefined,
  free: false,
};

export const FREE: Shape = { ...TEXT, free: true };

function either(a: Shape, b: Shape): Shape {
  return {
    number: a.number || b.number,
    boolean: a.boolean || b.boolean,
    list: a.list || b.list,
    optional: a.optional || b.optional,
    item: a.item ?? b.item,
    keys: a.keys ?? b.keys,
    entry: a.entry ?? b.entry,
    free: a.free || b.free,
  };
}
