import * as z from 'zod/mini';
import { settingsOf } from './identifiers.ts';
import { listed, text } from './kinds.ts';

/** Where a value lies that the manifest only names. */
export type Reference =
  /** Systems Manager Parameter Store: https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html */
  | { from: 'ssm'; name: string; own: boolean }
  /** Secrets Manager; `field` is a key of a secret that holds JSON. */
  | { from: 'secret'; name: string; own: boolean; field?: string }
  /** An output of a CloudFormation stack. */
  | { from: 'stack-output'; stack: string; output: string; own: false };

export type ReferenceKind = Reference['from'];

const EXAMPLES: Record<ReferenceKind, string> = {
  ssm: 'ssm:NAME',
  secret: 'secret:NAME',
  'stack-output': 'stack-output:STACK.OUTPUT',
};

const NAMED = /^(ssm|secret):(\/?)([\w.-]+(?:\/[\w.-]+){0,9})(?:#([\w.-]{1,64}))?$/;
const OUTPUT = /^stack-output:([A-Za-z][A-Za-z0-9-]{0,127})\.([A-Za-z0-9]{1,255})$/;
/** Of some pilot alone: nobody can give it to another. */
export const isOnesOwn = (name: string): boolean => name.startsWith(OWN) || name.startsWith(MADE);

const LONGEST = 400;

/** How what is expected ends where a reference is. */
export const LIES = ', which names where the value lies';

/** Where each pilot's own parameters and secrets lie, by pilot and environment. */
export const OWN = 'pilots/';
/** Where Pilotage puts those that it makes for a pilot, such as a database’s password. */
export const MADE = 'made/';

/**
 * Reads `ssm:smtp`, `secret:smtp#password` or `stack-output:network.VpcId`.
 * A name is the pilot's own, in this environment; with a leading `/` it is a
 * full name, which the operator must have allowed.
 * @returns undefined where the text is no reference.
 */
export function readReference(written: string): Reference | undefined {
  if (written.length > LONGEST) return undefined;
  const [, stack, output] = OUTPUT.exec(written) ?? [];
  if (stack && output) return { from: 'stack-output', stack, output, own: false };
  const [, from, slash, name, field] = NAMED.exec(written) ?? [];
  if (!name || name.split('/').some((part) => /^\.+$/.test(part))) return undefined;
  const own = slash === '';
  // The pilot’s own lie there already: the path would be there twice.
  if (own && name.startsWith(OWN)) return undefined;
  if (from === 'secret') return { from, name, own, ...(field && { field }) };
  return from === 'ssm' && !field ? { from, name, own } : undefined;
}

/**
 * Full name in AWS. A pilot's own lie below `pilots/<pilot>/<environment>/`, which no other pilot's role can read; those of all
 * its previews below `pilots/<pilot>/preview/`.
 */
export function fullName(
  { from, name, own }: Exclude<Reference, { from: 'stack-output' }>,
  pilot: string,
  environment: string,
): string {
  const path = own ? `${OWN}${pilot}/${settingsOf(environment)}/${name}` : name;
  return from === 'ssm' ? `/${path}` : path;
}

/** A reference of one of these kinds, and never the value itself. */
export function reference(...kinds: [ReferenceKind, ...ReferenceKind[]]) {
  const expected = `${listed(kinds.map((kind) => EXAMPLES[kind]))}${LIES}`;
  return text(expected, new RegExp(`^(?:${kinds.join('|')}):`)).check(
    z.refine((written) => readReference(written) !== undefined, expected),
  );
}
