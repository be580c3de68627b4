import type { Presence } from '../aws/presence.ts';
import type { ReferenceKind } from '../manifest/reference.ts';

/** What AWS is asked about: a parameter or secret by its full name, or a stack. */
export interface Subject {
  from: ReferenceKind;
  name: string;
}

/** What AWS says of it; of a stack, which outputs it has. */
export type Found = Presence | string[];

type Answers = [key: string, Found][];

/** What is asked of AWS at the same time. */
const AT_ONCE = 10;

export const keyOf = ({ from, name }: Subject): string => `${from} ${name}`;

/** Looks for each of them once, whatever names it how often, and reads no value. */
export async function lookUp(subjects: Subject[]): Promise<Map<string, Found>> {
  const names = (kind: ReferenceKind) => [
    ...new Set(subjects.filter(({ from }) => from === kind).map(({ name }) => name)),
  ];
  const parameters = names('ssm');
  const looks = [
    ...(parameters.length > 0 ? [() => lookForParameters(parameters)] : []),
    ...names('secret').map((name) => () => lookForSecret(name)),
    ...names('stack-output').map((name) => () => lookForStack(name)),
  ];
  const found: Answers = [];
  for (let at = 0; at < looks.length; at += AT_ONCE) {
    const answers = await Promise.all(looks.slice(at, at + AT_ONCE).map((look) => look()));
    found.push(...answers.flat());
  }
  return new Map(found);
}

async function lookForParameters(names: string[]): Promise<Answers> {
  const { findParameters } = await import('../aws/parameter-store.ts');
  const there = await findParameters(names);
  return names.map((name) => [keyOf({ from: 'ssm', name }), there.has(name) ? 'there' : 'missing']);
}

async function lookForSecret(name: string): Promise<Answers> {
  const { findSecret } = await import('../aws/secrets-manager.ts');
  return [[keyOf({ from: 'secret', name }), await findSecret(name)]];
}

async function lookForStack(name: string): Promise<Answers> {
  const { outputsOf } = await import('../aws/stacks.ts');
  return [[keyOf({ from: 'stack-output', name }), await outputsOf(name)]];
}
