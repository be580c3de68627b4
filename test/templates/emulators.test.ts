import type { Template, Value } from '../../templates/template.ts';
import { TEMPLATES, templateIn, VARIANTS } from './samples.ts';
import { lint, onMoto, toolsPython } from './tools.ts';

let python: string;
beforeAll(async () => {
  python = await toolsPython();
}, 300_000);

/** RDS takes a major version, and chooses the minor one; cfn-lint knows that of PostgreSQL alone. */
const MAJOR_ALONE = /: E3691 '(?:8\.4|11\.8)' is not one of /;

describe('cfn-lint', () => {
  it('finds nothing in any template', () => {
    expect(lint(python, TEMPLATES).filter((line) => !MAJOR_ALONE.test(line))).toEqual([]);
  }, 120_000);

  it('would find what is wrong', () => {
    const [template] = Object.values(TEMPLATES) as [Template];
    const Resources = {
      ...template.Resources,
      Logs: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 31 } },
    };
    expect(lint(python, { wrong: { ...template, Resources } })).toEqual([expect.stringContaining('wrong.json: E3')]);
  }, 60_000);
});

const PARAMETERS: Record<string, string> = {
  Boundary: 'arn:aws:iam::123456789012:policy/pilots',
  OperationsBoundary: 'arn:aws:iam::123456789012:policy/operations',
  Releases: 'uploads',
  CloudFrontPrefixList: 'pl-0a1b2c3d',
  EdgeListIpv4: 'pl-0a1b2c3e',
  EdgeListIpv6: 'pl-0a1b2c3f',
  Zone: 'Z0123456789ABC',
  CdnCertificate: 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012',
};

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-0123-a1b2c3';

/** What moto stumbles over: a listener's certificate, and a database's reference to its parameters. */
const UNREAD = ['BalancerCertificate', 'Certificates', 'DBParameterGroupName'];

/** moto has neither CloudFront nor HTTP APIs in its stacks, and tells nothing of the secret that RDS makes. */
function forMoto({ Resources, ...template }: Template): Template {
  const known = Object.entries(Resources).filter(([, { Type }]) => !/^AWS::(?:CloudFront|ApiGatewayV2)::/.test(Type));
  const missing = Object.keys(Resources).filter((name) => !known.some(([one]) => one === name));
  const without = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(without);
    if (typeof value === 'string' && value.startsWith('{{resolve:')) return 'not-a-secret';
    if (typeof value === 'string')
      return missing.reduce((text, name) => text.replace(`\${${name}}`, 'a1b2c3d4'), value);
    if (typeof value !== 'object') return value;
    const [of, attribute] = ((value as Record<string, Value>)['Fn::GetAtt'] ?? []) as string[];
    if (of && missing.includes(of)) return 'd111111abcdef8.cloudfront.net';
    if (of && attribute === 'MasterUserSecret.SecretArn') return SECRET;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !UNREAD.includes(key))
        .map(([key, inner]) => [key, without(inner)]),
    );
  };
  return without({ ...template, Resources: Object.fromEntries(known) } as unknown as Value) as unknown as Template;
}

describe('moto', () => {
  const names = Object.keys(TEMPLATES);

  it('creates a stack of each template, and updates it without another resource', () => {
    const given = names.map((name) => {
      const template = forMoto(TEMPLATES[name] as Template);
      const more = `${(VARIANTS[name] ?? '').replace(/secrets:.*\n/, '')}secrets: {MORE: secret:more}\n`;
      const next = forMoto(templateIn(more));
      const parameters = Object.fromEntries(
        Object.keys(template.Parameters ?? {}).map((key) => [key, PARAMETERS[key] ?? '']),
      );
      return { template, parameters, next };
    });
    const stacks = onMoto(python, given);
    for (const [index, { created, updated }] of stacks.entries()) {
      const { Resources = {}, Outputs = {} } = given[index]?.template ?? {};
      expect([names[index], created.status]).toEqual([names[index], 'CREATE_COMPLETE']);
      expect(created.outputs).toEqual(Object.keys(Outputs).sort());
      expect(updated.status).toBe('UPDATE_COMPLETE');
      const lasting = [
        ...['Listener', 'BlueTargets', 'GreenTargets', 'Balancer', 'Vpc', 'Cluster', 'Logs', 'FunctionRole'],
        ...['Hosts', 'HostTemplate', 'FileSystem', 'FunctionTargets', 'FunctionGroup'],
      ];
      for (const name of lasting.filter((one) => one in Resources)) {
        expect(created.resources[name]).toBeDefined();
        expect([name, updated.resources[name]]).toEqual([name, created.resources[name]]);
      }
    }
  }, 120_000);
});
