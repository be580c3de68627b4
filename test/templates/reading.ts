import type { Resource, Template, Value } from '../../templates/template.ts';

/** The resources of a type. */
export const of = (template: Template, type: string): Resource[] =>
  Object.values(template.Resources).filter(({ Type }) => Type === type);
/** As deep as properties go; what is not there is `undefined`. */
export const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce((here, key) => Reflect.get(Object(here), key), value);
/** All texts in it, names of properties apart. */
export const texts = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [String(value)];

export interface Statement {
  Action: string[];
  Resource: Value;
}

/** What the roles of a template may do. */
export const statementsOf = (template: Template): Statement[] =>
  of(template, 'AWS::IAM::Role').flatMap(
    ({ Properties }) => (at(Properties, 'Policies', 0, 'PolicyDocument', 'Statement') ?? []) as Statement[],
  );
