import * as sdk from '@aws-sdk/client-elastic-beanstalk';

/**
 * Elastic Beanstalk's own model of its API, as the SDK carries it: what each operation takes and
 * gives, which members are required, which errors there are.
 */
export type Scalar = 'text' | 'number' | 'truth' | 'time';
export type Shape =
  | { kind: Scalar }
  | { kind: 'list'; of: Shape }
  | { kind: 'structure'; name: string; members: Map<string, Shape>; required: string[] };
export type Structure = Extract<Shape, { kind: 'structure' }>;

const model = sdk as unknown as Record<string, unknown>;

/** An operation's input, and its output where it gives one; undefined when there is no such operation. */
export function operationNamed(name: string): { input: Structure; output?: Structure } | undefined {
  const schema = model[`${name}$`];
  if (!Array.isArray(schema) || schema[0] !== OPERATION) return undefined;
  const [input, output] = [shapeOf(schema[4]), shapeOf(schema[5])];
  return {
    input: input.kind === 'structure' ? input : NOTHING,
    ...(output.kind === 'structure' && { output }),
  };
}

const NOTHING: Structure = { kind: 'structure', name: 'nothing', members: new Map(), required: [] };
const OPERATION = 9;
const LIST = 1;
const STRUCTURE = 3;
/** Added to a scalar's number, it is a list of those. */
const LIST_OF = 64;
const SCALARS: Record<number, Scalar> = { 0: 'text', 1: 'number', 2: 'truth', 4: 'time' };

function shapeOf(schema: unknown): Shape {
  if (typeof schema === 'function') return shapeOf(schema());
  if (schema === 'unit') return { kind: 'text' };
  if (typeof schema === 'number') {
    const kind = SCALARS[schema % LIST_OF];
    if (!kind) throw new Error(`the model has a scalar ${schema}, which nothing here knows`);
    return schema >= LIST_OF ? { kind: 'list', of: { kind } } : { kind };
  }
  const [kind, , name, , first, types, required = 0] = schema as [
    number,
    string,
    string,
    unknown,
    unknown,
    unknown[],
    number,
  ];
  if (kind === LIST) return { kind: 'list', of: shapeOf(first) };
  if (kind !== STRUCTURE) throw new Error(`the model has a shape of kind ${kind}, which nothing here knows`);
  const names = first as string[];
  const members = new Map(names.map((member, index) => [member, shapeOf(types[index])]));
  return { kind: 'structure', name, members, required: names.slice(0, required) };
}

/** The status that goes with an error's code; undefined where the model has no such error. */
export function statusOf(code: string): number | undefined {
  for (const schema of Object.values(model)) {
    const [named, status] = (Array.isArray(schema) && schema[0] === -STRUCTURE && schema[3]?.awsQueryError) || [];
    if (named === code) return status;
  }
  return COMMON[code];
}

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/api/CommonErrors.html */
const COMMON: Record<string, number> = {
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidParameterCombination: 400,
  InvalidParameterValue: 400,
  MissingParameter: 400,
  ServiceUnavailable: 503,
  Throttling: 400,
  ValidationError: 400,
  TooManyApplicationVersionsException: 400,
};

/** The values that a member may have, where these are listed. */
export const VALUES: Record<string, object> = {
  'ApplicationVersionDescription.Status': sdk.ApplicationVersionStatus,
  'EnvironmentDescription.Status': sdk.EnvironmentStatus,
  'EnvironmentDescription.Health': sdk.EnvironmentHealth,
  'EnvironmentDescription.HealthStatus': sdk.EnvironmentHealthStatus,
  'EventDescription.Severity': sdk.EventSeverity,
  'DescribeEventsMessage.Severity': sdk.EventSeverity,
  'DescribeEnvironmentHealthRequest.AttributeNames': sdk.EnvironmentHealthAttribute,
  'DescribeInstancesHealthRequest.AttributeNames': sdk.InstancesHealthAttribute,
  'PlatformSummary.PlatformStatus': sdk.PlatformStatus,
};
