import type * as z from 'zod/mini';
import type * as core from 'zod/v4/core';
import { meantOf } from './abilities.ts';
import { MEANT_FOR } from './complete.ts';
import { FIXED, OVERRIDES_EXPECTED } from './environments.ts';
import { about } from './kinds.ts';
import { manifestSchema } from './schema.ts';
import { TARGETS, type TargetName } from './sections/index.ts';

/** A key of the manifest, as the reference, the editor and `pilot explain` tell of it. */
export interface Described {
  /** `rollout.steps`; `<name>` stands for a name that the writer chooses, `[]` for an item of a list. */
  path: string;
  description: string;
  /** In the words of a refusal. */
  allowed: string;
  required: boolean;
  /** As it would be written; absent where leaving the key out means nothing. */
  byDefault?: string;
  /** The targets that it means something for. */
  targets: readonly TargetName[];
  keys: Described[];
}

/** Every section and key, in the order of the schema, with `environments` at the end. */
export const describeManifest = (): Described[] => [...keysOf(manifestSchema, '', TARGETS), ENVIRONMENTS];

const ENVIRONMENTS: Described = {
  path: 'environments',
  description: `What is different in an environment, by its name; all but ${FIXED.join(', ')} can be.`,
  allowed: OVERRIDES_EXPECTED,
  required: false,
  targets: TARGETS,
  keys: [],
};

/** The key at a path as a person would type it: `database.multiAz`, `components.worker.command`. */
export function findDescribed(path: string, keys = describeManifest()): Described | undefined {
  const parts = path.replace(/\[\d*\]/g, '').split('.');
  return parts.reduce<{ keys: Described[]; found?: Described }>(
    ({ keys: here }, part) => {
      const found = here.find((one) => lastOf(one.path) === part) ?? here.find((one) => lastOf(one.path) === '<name>');
      return found ? { keys: found.keys, found } : { keys: [] };
    },
    { keys },
  ).found;
}

export const lastOf = (path: string): string => path.replace(/\[\]/g, '').split('.').at(-1) ?? '';

function keysOf(schema: core.$ZodType, path: string, targets: readonly TargetName[]): Described[] {
  const { def } = (unwrapped(schema).schema as core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).map(([key, inner]) => described(inner, path ? `${path}.${key}` : key, targets));
    case 'record': {
      const inner = keysOf(def.valueType, `${path}.<name>`, targets);
      return inner.length > 0 ? [{ ...named(path, def.valueType, targets), keys: inner }] : [];
    }
    case 'array':
      return keysOf(def.element, `${path}[]`, targets);
    case 'union':
      return def.options.flatMap((option) => keysOf(option, path, targets));
    default:
      return [];
  }
}

function described(schema: core.$ZodType, path: string, around: readonly TargetName[]): Described {
  const { schema: inner, byDefault, required } = unwrapped(schema);
  const targets = MEANT_FOR[path as keyof typeof MEANT_FOR] ?? meantOf(path, around);
  return {
    path,
    description: about.get(schema as z.ZodMiniType)?.description ?? '',
    allowed: expectedBy(inner),
    required,
    ...(byDefault !== undefined && { byDefault }),
    targets,
    keys: keysOf(schema, path, targets),
  };
}

const named = (path: string, value: core.$ZodType, targets: readonly TargetName[]): Described => ({
  path: `${path}.<name>`,
  description: 'A name of your choice.',
  allowed: expectedBy(value),
  required: false,
  targets,
  keys: [],
});

/** What is inside defaults and options, and what they say. */
function unwrapped(schema: core.$ZodType): { schema: core.$ZodType; byDefault?: string; required: boolean } {
  const { def } = (schema as core.$ZodTypes)._zod;
  switch (def.type) {
    case 'default':
    case 'prefault': {
      const byDefault = written(def.defaultValue);
      return { schema: unwrapped(def.innerType).schema, required: false, ...(byDefault && { byDefault }) };
    }
    case 'optional':
      return { schema: unwrapped(def.innerType).schema, required: false };
    case 'pipe':
      return { schema: unwrapped(def.in).schema, required: true };
    default:
      return { schema, required: true };
  }
}

/** A default as a manifest would write it; a section's default is that of its keys. */
function written(value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
  return Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value);
}

/** What a refusal says was expected: asked by offering what can never be right. */
const expectedBy = (schema: core.$ZodType): string =>
  (schema as z.ZodMiniType).safeParse(Symbol()).error?.issues[0]?.message ?? 'anything';
