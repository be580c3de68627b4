import { isSection } from './complete.ts';
import { joinPath } from './finding.ts';
import type { Misfit, Reader } from './misfit.ts';
import { LIES, readReference } from './reference.ts';

/** Where text is free, and references are followed. */
const FREE = [
  ['build', 'variables'],
  ['config', 'values'],
];
const MEANT = /^(?:ssm|secrets?|stack[-_]outputs?):\S*$/;

/** A reference that is not quite one would be handed on as text: `secrets:npm`. */
export const referenceMisfits = (of: Reader): Misfit[] => FREE.flatMap((place) => within(of.get(...place), place));

function within(value: unknown, path: (string | number)[]): Misfit[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => within(item, [...path, index]));
  if (isSection(value)) return Object.entries(value).flatMap(([key, inner]) => within(inner, [...path, key]));
  if (typeof value !== 'string' || !MEANT.test(value) || readReference(value)) return [];
  return [
    {
      code: 'MANIFEST_VALUE',
      path,
      message: `${joinPath(path)} is nearly a reference`,
      expected: `secret:NAME, ssm:NAME or stack-output:STACK.OUTPUT${LIES}`,
    },
  ];
}
