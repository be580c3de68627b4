import * as z from 'zod/mini';
import { meantOf } from './abilities.ts';
import { MEANT_FOR } from './complete.ts';
import { FIXED, MOST_ENVIRONMENTS } from './environments.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAME, PREVIEW_NAME } from './identifiers.ts';
import { type Json, needsOf, overridden, withoutNeeds } from './json-schema-parts.ts';
import { about } from './kinds.ts';
import { manifestSchema } from './schema.ts';
import { TARGETS } from './sections/index.ts';
import { sourceMisfits } from './source-misfits.ts';

/**
 * The manifest as JSON Schema 2020-12, for editors: what is not known, of the
 * wrong kind or out of range is marked while it is written. Nothing that Pilotage
 * takes is marked; what parts mean together is mostly `pilot validate`'s to say.
 * https://json-schema.org/draft/2020-12 · https://github.com/redhat-developer/yaml-language-server
 */
export function jsonSchema(): Json {
  const { $schema, properties = {}, ...schema } = whole();
  const sections = Object.entries(properties);
  return {
    $schema,
    title: 'pilot.yaml',
    description: 'All that Pilotage knows of a pilot.',
    ...schema,
    properties: {
      ...Object.fromEntries(sections.map(([name, section]) => [name, withoutNeeds(section)])),
      environments: ENVIRONMENTS,
    },
    required: schema.required?.filter((name) => FIXED.includes(name)) ?? [],
    allOf: [
      ...sections.flatMap(([name, section]) => needed(name, section, schema.required?.includes(name) ?? false)),
      ...Object.entries(MEANT_FOR).map(([name, targets]) => foreign(targets, name)),
      foreign(meantOf('config.file', TARGETS), 'config', 'file'),
      ...SOURCES.map((kind) =>
        foreign(
          TARGETS.filter((target) => takes(target, kind)),
          'source',
          kind,
        ),
      ),
    ],
    $defs: {
      override: {
        type: 'object',
        properties: Object.fromEntries(
          sections.filter(([name]) => !FIXED.includes(name)).map(([name, section]) => [name, overridden(section)]),
        ),
        additionalProperties: false,
      },
    },
  };
}

const whole = (): Json =>
  z.toJSONSchema(manifestSchema, {
    target: 'draft-2020-12',
    io: 'input',
    metadata: about as unknown as typeof z.globalRegistry,
    override: ({ zodSchema, jsonSchema: json }) => explained(zodSchema, json as Json),
  }) as Json;

const ENVIRONMENTS: Json = {
  description: 'What is different in an environment, by its name. null takes a key away.',
  type: 'object',
  maxProperties: MOST_ENVIRONMENTS,
  propertyNames: { pattern: ENVIRONMENT_NAME.source, not: { pattern: PREVIEW_NAME.source } },
  additionalProperties: { anyOf: [{ $ref: '#/$defs/override' }, { type: 'null' }] },
};

const SOURCES = ['artifact', 'image', 'git'] as const;

const takes = (target: (typeof TARGETS)[number], kind: string): boolean =>
  sourceMisfits({ source: { [kind]: '' } }, target).length === 0;

/** What a section needs, and whether it is needed, unless production has its own to say about it. */
function needed(name: string, section: Json, required: boolean): Json[] {
  const needs = needsOf(section);
  if (!needs && !required) return [];
  const production = { type: 'object', required: [name] };
  const environments = { required: [DEFAULT_ENVIRONMENT], properties: { [DEFAULT_ENVIRONMENT]: production } };
  return [
    {
      if: { not: { required: ['environments'], properties: { environments } } },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { ...(needs && { properties: { [name]: needs } }), ...(required && { required: [name] }) },
    },
  ];
}

/** A part that means nothing for other targets, here or in an environment; there it may still be taken away. */
function foreign(targets: readonly string[], ...path: string[]): Json {
  const at = (part: unknown): unknown =>
    path.reduceRight<unknown>((inner, name) => ({ properties: { [name]: inner } }), part);
  return {
    if: { properties: { target: { not: { enum: targets } } }, required: ['target'] },
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
    then: { allOf: [at(false), { properties: { environments: { additionalProperties: at({ type: 'null' }) } } }] },
  };
}

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
