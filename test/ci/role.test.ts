import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Template } from '../../templates/template.ts';
import { lint, toolsPython } from '../templates/tools.ts';

const text = readFileSync(join(__dirname, '../../ci/role.yml'), 'utf8');
const template = load(text) as Template & { Resources: { Deploy: { Properties: { PolicyDocument: Policy } } } };

interface Policy {
  Statement: { Action: string | string[]; Resource: unknown; Condition?: unknown }[];
}

describe('the role that CI takes on', () => {
  it('is a template that CloudFormation takes', async () => {
    expect(lint(await toolsPython(), { role: template })).toEqual([]);
  }, 120_000);

  it('may upload one pilot and follow its deployments, and nothing else', () => {
    const { Statement } = template.Resources.Deploy.Properties.PolicyDocument;
    expect(Statement.flatMap(({ Action }) => Action)).toEqual([
      ...['s3:PutObject', 's3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'],
      ...['lambda:InvokeFunction', 'cloudformation:DescribeStacks'],
    ]);
    for (const { Resource } of Statement) expect(JSON.stringify(Resource)).not.toMatch(/"\*"|:\*"/);
    const [functionArn] = Statement.filter(({ Action }) => Action === 'lambda:InvokeFunction');
    expect(JSON.stringify(functionArn)).toContain('-api-follow');
  });

  it('has no YAML that CloudFormation does not take: anchors, aliases, merges', () => {
    expect(text).not.toMatch(/[:-] [&*]\w|<<:/);
  });
});
