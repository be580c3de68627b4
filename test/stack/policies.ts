/**
 * What IAM would say, as far as the policies of this stack need it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Call {
  action: string;
  resource: string;
  /** Condition keys, without those of the caller. */
  keys?: Record<string, string | string[]>;
}

export interface Caller {
  tags: Record<string, string>;
  policies: Statement[][];
  boundary: Statement[];
}

/** A denial anywhere denies; else both the policies and what bounds them have to allow. */
export function isAllowed(call: Call, { tags, policies, boundary }: Caller): boolean {
  const variables = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]));
  const own = policies.flat();
  const says = (statements: Statement[], effect: Statement['Effect']) =>
    statements.some((statement) => statement.Effect === effect && applies(statement, call, variables));
  if (says([...own, ...boundary], 'Deny')) return false;
  return says(own, 'Allow') && says(boundary, 'Allow');
}

const listOf = <T>(value: T | readonly T[]): T[] => (Array.isArray(value) ? [...value] : [value]) as T[];

function applies({ Action, Resource, Condition = {} }: Statement, call: Call, variables: Record<string, string>) {
  const keys = { ...call.keys, ...variables };
  return (
    listOf(Action).some((action) => isLike(action.toLowerCase(), call.action.toLowerCase(), {})) &&
    listOf(Resource).some((resource) => isLike(resource, call.resource, variables)) &&
    Object.entries(Condition).every(([operator, wanted]) =>
      Object.entries(wanted).every(([key, values]) => holds(operator, listOf(values), keys[key], variables)),
    )
  );
}

/** `*` and `?` of the pattern, never those of a variable's value. */
function isLike(pattern: string, value: string, variables: Record<string, string>): boolean {
  let unknown = false;
  const source = pattern.replace(/\$\{([^}]+)\}|[*?]|[.+^$()|[\]{}\\]/g, (found, name?: string) => {
    if (name === undefined) return found === '*' ? '.*' : found === '?' ? '.' : `\\${found}`;
    const known = variables[name];
    if (known === undefined) unknown = true;
    return (known ?? '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  // A variable that has no value makes its text match nothing.
  return !unknown && new RegExp(`^${source}$`, 's').test(value);
}

const isSame = (text: string, value: string, variables: Record<string, string>): boolean =>
  isLike(text.replace(/[*?]/g, '\0'), value.replace(/[*?]/g, '\0'), variables);

const OPERATORS: Record<string, (wanted: string, found: string, variables: Record<string, string>) => boolean> = {
  StringEquals: isSame,
  StringLike: isLike,
  ArnEquals: isLike,
  ArnLike: isLike,
  Bool: isSame,
};

function holds(
  operator: string,
  wanted: string[],
  found: string | string[] | undefined,
  variables: Record<string, string>,
): boolean {
  if (operator === 'Null') return (found === undefined) === (wanted[0] === 'true');
  const [, forAll, name = '', ifExists] = /^(ForAllValues:)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const isNegated = name.includes('Not');
  const compare = OPERATORS[name.replace('Not', '')];
  if (!compare) throw new Error(`the operator ${operator} is not known here`);
  const matches = (value: string) => wanted.some((one) => compare(one, value, variables)) !== isNegated;
  if (found === undefined) return Boolean(forAll || ifExists || isNegated);
  return listOf(found).every(matches);
}
