/** A JSON Schema, as far as its parts are looked at. */
export interface Json {
  [keyword: string]: unknown;
  properties?: Record<string, Json>;
  required?: string[];
  type?: string | string[];
}

/** A section as it may stand at the top of a manifest of which an environment says the rest: nothing is required. */
export const withoutNeeds = ({ required: _, ...schema }: Json): Json => inside(schema, withoutNeeds);

/** A section as an environment may change it: nothing is required, and `null` takes any key away. */
export function overridden(schema: Json): Json {
  const part = changed(schema);
  return Object.keys(part).length === 0 ? part : { anyOf: [part, { type: 'null' }] };
}

// What is not said here is said elsewhere: only there it has a default.
const changed = ({ required: _, default: __, ...schema }: Json): Json => inside(schema, overridden, changed);

/** Only what `withoutNeeds` took out; undefined where that is nothing. */
export function needsOf({ required, properties = {}, additionalProperties, anyOf }: Json): Json | undefined {
  const inner = Object.entries(properties).flatMap(([name, part]) => {
    const needs = needsOf(part);
    return needs ? [[name, needs] as const] : [];
  });
  const each = isJson(additionalProperties) ? needsOf(additionalProperties) : undefined;
  // Of several kinds that a value may have, at most one is a section; the others have nothing that could be missing.
  const section = Array.isArray(anyOf) ? anyOf.map(needsOf).find((needs) => needs !== undefined) : undefined;
  const needs: Json = {
    ...section,
    ...(required && { required }),
    ...(inner.length > 0 && { properties: Object.fromEntries(inner) }),
    ...(each && { additionalProperties: each }),
  };
  return Object.keys(needs).length > 0 ? needs : undefined;
}

/** The parts of a section, changed. Items of a list stay as they are: a list is replaced as a whole. */
function inside(schema: Json, change: (part: Json) => Json, kinds = change): Json {
  const { properties, additionalProperties, anyOf } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, change(part)])),
    }),
    ...(isJson(additionalProperties) && { additionalProperties: change(additionalProperties) }),
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map((kind) => kinds(kind)) }),
  };
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;
