import { basename } from 'node:path';

/** The part of a CloudFormation template that is read or changed here; the rest passes through untouched. */
export interface Template {
  Resources: Record<string, Resource>;
  [section: string]: unknown;
}

interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  [attribute: string]: unknown;
}

/** Where a function's zip lies; keys are made of its content, so that an unchanged function is left alone. */
export interface CodePlace {
  bucket: string;
  /** From the zip's file name, such as `deploy-shift.zip`, to its key. */
  keys: ReadonlyMap<string, string>;
}

/** The file names of the zips that a packaged template's functions are made from. */
export function zipNames(template: Template): string[] {
  const names = Object.values(template.Resources).flatMap((resource) => zipName(resource) ?? []);
  return [...new Set(names)].sort();
}

/**
 * The template with each function's code taken from `place`. osls names keys by
 * the time of packaging, and a bucket that only the stack itself creates.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-lambda-function-code.html
 */
export function withCode(template: Template, place: CodePlace): Template {
  const resources = Object.entries(template.Resources).map(([id, resource]) => {
    const key = place.keys.get(zipName(resource) ?? '');
    if (!key) return [id, resource];
    return [id, { ...resource, Properties: { ...resource.Properties, Code: { S3Bucket: place.bucket, S3Key: key } } }];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

/**
 * The template with options for Node that go with those which a function has
 * of its own: its variable would hide the one that functions inherit here.
 */
export function withNodeOptions(template: Template, options: string): Template {
  const resources = Object.entries(template.Resources).map(([id, resource]) => {
    const environment = resource.Properties?.Environment as { Variables?: Record<string, unknown> } | undefined;
    const own = environment?.Variables?.NODE_OPTIONS;
    if (resource.Type !== 'AWS::Lambda::Function' || typeof own !== 'string') return [id, resource];
    const Environment = { Variables: { ...environment?.Variables, NODE_OPTIONS: `${own} ${options}` } };
    return [id, { ...resource, Properties: { ...resource.Properties, Environment } }];
  });
  return { ...template, Resources: Object.fromEntries(resources) };
}

function zipName(resource: Resource): string | undefined {
  if (resource.Type !== 'AWS::Lambda::Function') return undefined;
  const code = resource.Properties?.Code;
  const key = code && typeof code === 'object' && 'S3Key' in code ? code.S3Key : undefined;
  return typeof key === 'string' ? basename(key) : undefined;
}
