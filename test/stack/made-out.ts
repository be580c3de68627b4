export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';

/**
 * A value as CloudFormation would make it out.
 * @param given values of what is referred to, such as `SharedVpc` or `Table.Arn`; others are called by their own names.
 */
export function madeOut(value: unknown, given: Record<string, string> = {}): unknown {
  const known: Record<string, string> = {
    'AWS::Partition': 'aws',
    'AWS::Region': REGION,
    'AWS::AccountId': ACCOUNT,
    ...given,
  };
  const named = (name: string) => known[name] ?? `arn:aws:made:${REGION}:${ACCOUNT}:${name}`;
  if (Array.isArray(value)) return value.map((one) => madeOut(one, given)).filter((one) => one !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, inner] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0 && key === 'Ref') return inner === 'AWS::NoValue' ? undefined : named(String(inner));
  if (others.length === 0 && key === 'Fn::GetAtt') return named((inner as string[]).join('.'));
  if (others.length === 0 && key === 'Fn::If') return madeOut((inner as unknown[])[1], given);
  if (others.length === 0 && key === 'Fn::Sub')
    return String(inner).replace(/\$\{(!?)([^}]+)\}/g, (_, literal, name) => (literal ? `\${${name}}` : named(name)));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, madeOut(one, given)]));
}
