import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Template } from '../../templates/template.ts';
import { type Call, isAllowed, type Statement } from '../stack/policies.ts';
import { lint, toolsPython } from '../templates/tools.ts';

const text = readFileSync(join(__dirname, '../../ci/role.yml'), 'utf8');
const template = load(text) as Template & { Resources: { Deploy: { Properties: { PolicyDocument: unknown } } } };

/** The role's statements, as CloudFormation makes them out for an environment. */
function statementsFor(environment: string): Statement[] {
  const given: Record<string, string> = { Pilot: 'acme', Environment: environment, Bucket: 'manifests', Stage: 'dev' };
  const madeOut = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(madeOut).filter((one) => one !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const {
      'Fn::If': choice,
      'Fn::Sub': text,
      Ref,
    } = value as { 'Fn::If'?: unknown[]; 'Fn::Sub'?: string; Ref?: string };
    if (choice) return madeOut(choice[environment === 'production' ? 1 : 2]);
    if (text)
      return text.replace(
        /\$\{([^}]+)\}/g,
        (_, name) => given[name] ?? { 'AWS::Partition': 'aws' }[name as string] ?? 'here',
      );
    if (Ref === 'AWS::NoValue') return undefined;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, madeOut(one)]));
  };
  return (madeOut(template.Resources.Deploy.Properties.PolicyDocument) as { Statement: Statement[] }).Statement;
}

function may(environment: string, action: string, resource: string, keys?: Call['keys']): boolean {
  const policy = statementsFor(environment);
  return isAllowed({ action, resource, ...(keys && { keys }) }, { tags: {}, policies: [policy], boundary: policy });
}

describe('the role that CI takes on', () => {
  it('is a template that CloudFormation takes', async () => {
    expect(lint(await toolsPython(), { role: template })).toEqual([]);
  }, 120_000);

  it('may upload one pilot and follow its deployments, and nothing else', () => {
    const allowed = statementsFor('production').filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.flatMap(({ Action }) => Action)).toEqual([
      ...['s3:PutObject', 's3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'],
      ...['lambda:InvokeFunction', 'cloudformation:DescribeStacks'],
    ]);
    for (const { Resource } of allowed) expect(JSON.stringify(Resource)).not.toMatch(/"\*"|:\*"/);
    const [functionArn] = allowed.filter(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(JSON.stringify(functionArn)).toContain('-api-follow');
  });

  it.each([
    ['production', ['pilot.yaml', 'site.zip'], ['staging/pilot.yaml', 'staging/site.zip', 'testing/pilot.yaml']],
    [
      'staging',
      ['staging/pilot.yaml', 'staging/site.zip'],
      ['pilot.yaml', 'site.zip', 'testing/pilot.yaml', 'staging-2/x'],
    ],
  ])('of %s deploys to no other environment', (environment, own, others) => {
    const puts = (path: string) => may(environment, 's3:PutObject', `arn:aws:s3:::manifests/pilots/acme/${path}`);
    expect(own.filter((path) => !puts(path))).toEqual([]);
    expect(others.filter(puts)).toEqual([]);
    expect(may(environment, 's3:PutObject', `arn:aws:s3:::manifests/pilots/acme-shop/${own[0]}`)).toBe(false);
    const listed = (prefix: string) =>
      may(environment, 's3:ListBucket', 'arn:aws:s3:::manifests', { 's3:prefix': prefix });
    expect(listed(`pilots/acme/${own[0]}`)).toBe(true);
    expect(listed('pilots/other/pilot.yaml')).toBe(false);
  });

  it('has no YAML that CloudFormation does not take: anchors, aliases, merges', () => {
    expect(text).not.toMatch(/[:-] [&*]\w|<<:/);
  });
});
