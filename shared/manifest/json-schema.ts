import * as z from 'zod/mini';
import { MEANT_FOR } from './complete.ts';
import { FIXED, MOST_ENVIRONMENTS } from './environments.ts';
import { ENVIRONMENT_NAME } from './identifiers.ts';
import { about } from './kinds.ts';
import { manifestSchema } from './schema.ts';

type Json = { [key: string]: unknown; properties?: Record<string, Json>; type?: string | string[] };

/**
 * The manifest as JSON Schema 2020-12, for editors: what is not known, of the
 * wrong kind or out of range is marked while it is written. What parts mean
 * together is `pilot validate`'s to say.
 * https://json-schema.org/draft/2020-12 · https://github.com/redhat-developer/yaml-language-server
 */
export function jsonSchema(): Json {
  const { $schema, ...schema } = z.toJSONSchema(manifestSchema, {
    target: 'draft-2020-12',
    io: 'input',
    metadata: about as unknown as typeof z.globalRegistry,
    override: ({ zodSchema, jsonSchema: json }) => explained(zodSchema, json as Json),
  }) as Json;
  const { properties = {} } = schema;
  const changeable = Object.fromEntries(Object.entries(properties).filter(([name]) => !FIXED.includes(name)));
  return {
    $schema,
    title: 'pilot.yaml',
    description: 'All that Pilotage knows of a pilot.',
    ...schema,
    properties: { ...properties, environments: ENVIRONMENTS },
    allOf: Object.entries(MEANT_FOR).map(([name, targets]) => ({
      if: { properties: { target: { not: { enum: targets } } }, required: ['target'] },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { properties: { [name]: false } },
    })),
    $defs: { override: relaxed({ type: 'object', properties: changeable, additionalProperties: false }) },
  };
}

const ENVIRONMENTS: Json = {
  description: 'What is different in an environment, by its name. null takes a key away.',
  type: 'object',
  maxProperties: MOST_ENVIRONMENTS,
  propertyNames: { pattern: ENVIRONMENT_NAME.source },
  additionalProperties: { anyOf: [{ $ref: '#/$defs/override' }, { type: 'null' }] },
};

/** Texts that look like numbers, which an editor takes for numbers and the reader for text. */
const DIGITS = ['1000', '17', '200', '1234567', '012345678901'];

function explained(zodSchema: z.core.$ZodType, json: Json): void {
  const { pattern } = json;
  if (typeof pattern !== 'string') return;
  const { error } = (zodSchema as z.ZodMiniType).safeParse(Symbol());
  const expected = error?.issues[0]?.message;
  if (expected) json.patternErrorMessage = `expected ${expected}`;
  if (json.type === 'string' && DIGITS.some((text) => new RegExp(pattern, 'u').test(text)))
    json.type = ['string', 'number'];
}

/** The same with nothing required, at any depth, and `null` wherever a key may be taken away. */
function relaxed({ required: _, default: __, ...schema }: Json): Json {
  const { properties, additionalProperties, anyOf } = schema;
  return {
    ...schema,
    ...(properties && { properties: mapped(properties, (inner) => removable(relaxed(inner))) }),
    ...(isJson(additionalProperties) && { additionalProperties: removable(relaxed(additionalProperties)) }),
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map(relaxed) }),
  };
}

const removable = (schema: Json): Json =>
  Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: 'null' }] };

const mapped = (properties: Record<string, Json>, change: (schema: Json) => Json) =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, change(schema)]));

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;
