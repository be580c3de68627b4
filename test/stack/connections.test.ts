import { madeOut, type Resource } from './made-out.ts';
import { isAllowed, type Statement } from './policies.ts';

const ALL: Statement[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
let statements: Statement[];

beforeAll(async () => {
  const roles: Record<string, Resource> = await require('../../stack/functions.cjs').roles({
    resolveVariable: async () => 'pilotage-dev',
  });
  const [policy] = (roles.ApiApiRole?.Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  statements = madeOut(policy?.PolicyDocument.Statement) as Statement[];
});

const may = (action: string, resource: string, keys: Record<string, string | string[]> = {}) =>
  isAllowed({ action, resource, keys }, { tags: {}, policies: [statements], boundary: ALL });

describe('webhook connect: the api', () => {
  it('removes connections from the ledger, and nothing else', () => {
    const table = madeOut({ 'Fn::GetAtt': ['Table', 'Arn'] }) as string;
    const remove = (...partitions: string[]) =>
      may('dynamodb:DeleteItem', table, { 'dynamodb:LeadingKeys': partitions });
    expect(remove('CONNECTIONS')).toBe(true);
    expect(remove('PILOT#acme-shop#production')).toBe(false);
    expect(remove('CONNECTIONS', 'PUSHES#0123456789ab')).toBe(false);
  });

  it.each(['token', 'webhook'])('reads no connection’s %s', (name) => {
    const secret = `arn:aws:secretsmanager:eu-central-1:123456789012:secret:pilotage-dev/git/0123456789ab/${name}-a1B2c3`;
    for (const action of ['GetSecretValue', 'PutSecretValue', 'DescribeSecret', 'DeleteSecret'])
      expect(may(`secretsmanager:${action}`, secret)).toBe(false);
  });
});
