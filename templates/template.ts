/**
 * A CloudFormation template, as far as Pilotage writes any.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export interface Template {
  AWSTemplateFormatVersion: '2010-09-09';
  Description: string;
  Parameters?: Record<string, Parameter>;
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Description: string; Value: Value }>;
}

export interface Parameter {
  Type: string;
  Description: string;
  AllowedPattern?: string;
}

export interface Resource {
  Type: string;
  Properties?: Record<string, Value>;
  DependsOn?: string[];
  /** What becomes of it when it leaves the template, and when it is replaced. */
  DeletionPolicy?: 'Retain' | 'Snapshot' | 'Delete';
  UpdateReplacePolicy?: 'Retain' | 'Snapshot' | 'Delete';
}

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/** What a part of the pilot adds to its template. */
export type Part = Pick<Template, 'Resources' | 'Parameters' | 'Outputs'>;

export const ref = (name: string): Value => ({ Ref: name });
export const att = (name: string, attribute: string): Value => ({ 'Fn::GetAtt': [name, attribute] });
export const sub = (text: string): Value => ({ 'Fn::Sub': text });

/** An ARN in the pilot's own account and region. */
export const arn = (service: string, resource: string): Value =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);

/**
 * A value that Pilotage looks up, or that the operator sets, and hands to the stack.
 * @param AllowedPattern has to match the whole value.
 */
export const parameter = (Description: string, AllowedPattern?: string, Type = 'String'): Parameter => ({
  Type,
  Description,
  ...(AllowedPattern && { AllowedPattern }),
});

/** @throws when two parts give one name to different things: that is a mistake of a part. */
export function joined(description: string, parts: readonly Part[]): Template {
  const all = <Kind extends keyof Part>(kind: Kind) =>
    unique(parts.flatMap((part) => Object.entries(part[kind] ?? {})));
  const [Parameters, Outputs] = [all('Parameters'), all('Outputs')] as [
    Record<string, Parameter>,
    NonNullable<Template['Outputs']>,
  ];
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: description,
    ...(Object.keys(Parameters).length > 0 && { Parameters }),
    Resources: all('Resources') as Record<string, Resource>,
    ...(Object.keys(Outputs).length > 0 && { Outputs }),
  };
}

function unique(entries: [string, unknown][]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    if (name in found && JSON.stringify(found[name]) !== JSON.stringify(value))
      throw new Error(`two parts make ${name}`);
    found[name] = value;
  }
  return found;
}
