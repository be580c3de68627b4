import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { madeOut, type Resource } from './made-out.ts';
import { isAllowed, type Statement } from './policies.ts';

const SECRETS = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret';
const WEBHOOK = `${SECRETS}:pilotage-dev/git/0123456789ab/webhook-a1B2c3`;
const TOKEN = `${SECRETS}:pilotage-dev/git/0123456789ab/token-a1B2c3`;

let roles: Record<string, Resource>;
let made: Record<string, Resource>;
beforeAll(async () => {
  roles = await require('../../stack/functions.cjs').roles({ resolveVariable: async () => 'pilotage-dev' });
  made = parse(readFileSync(join(__dirname, '../../stack/webhook.yml'), 'utf8'));
});

function may(role: string, action: string, resource: string): boolean {
  const [policy] = (roles[role]?.Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  const statements = madeOut(policy?.PolicyDocument.Statement) as Statement[];
  const boundary: Statement[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  return isAllowed({ action, resource }, { tags: {}, policies: [statements], boundary });
}
const propertiesOf = (name: string) => made[name]?.Properties ?? {};
const readers = (secret: string) =>
  Object.keys(roles).filter((role) => may(role, 'secretsmanager:GetSecretValue', secret));

describe('webhook: who may read what of a connection', () => {
  it('what signs its webhooks, the entrance alone; which reads no token, and no secret of others', () => {
    expect(readers(WEBHOOK)).toEqual(['EntrancesWebhookRole']);
    expect(readers(TOKEN).length).toBeGreaterThan(0);
    expect(readers(TOKEN)).not.toContain('EntrancesWebhookRole');
    for (const other of [
      'pilotage-prod/git/0123456789ab/webhook-a1B2c3',
      'pilots/acme/webhook-a1B2c3',
      'shared/x-a1B2c3',
    ])
      expect(may('EntrancesWebhookRole', 'secretsmanager:GetSecretValue', `${SECRETS}:${other}`)).toBe(false);
  });

  it('the entrance starts nothing and removes nothing', () => {
    const table = madeOut({ 'Fn::GetAtt': ['Table', 'Arn'] }) as string;
    expect(may('EntrancesWebhookRole', 'dynamodb:UpdateItem', table)).toBe(true);
    expect(may('EntrancesWebhookRole', 'dynamodb:DeleteItem', table)).toBe(false);
    const machine = 'arn:aws:states:eu-central-1:123456789012:stateMachine:pilotage-dev-deploy';
    expect(may('EntrancesWebhookRole', 'states:StartExecution', machine)).toBe(false);
  });
});

describe('webhook: its HTTP API', () => {
  it('lets through what a busy organisation sends, and not without end', () => {
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = propertiesOf('WebhookStage').DefaultRouteSettings as Record<
      string,
      number
    >;
    // A thousand within ten seconds are all let through.
    expect(ThrottlingRateLimit).toBeGreaterThanOrEqual(100);
    expect(ThrottlingRateLimit).toBeLessThanOrEqual(1_000);
    expect(ThrottlingBurstLimit).toBeGreaterThanOrEqual(Number(ThrottlingRateLimit));
  });

  it('writes of each request what is no part of it: neither body nor headers nor queries', () => {
    const { Format } = propertiesOf('WebhookStage').AccessLogSettings as { Format: string };
    const written = Object.values(JSON.parse(Format) as Record<string, string>);
    expect(written.join(' ')).not.toMatch(/body|header|query|authorizer/i);
    expect(written).toEqual(expect.arrayContaining(['$context.status', '$context.path']));
  });

  it('is all that may call the entrance, and by its one route', () => {
    const { RouteKey } = propertiesOf('WebhookRoute') as { RouteKey: string };
    const { SourceArn, Principal } = madeOut(propertiesOf('WebhookMayBeInvoked')) as Record<string, string>;
    expect(Principal).toBe('apigateway.amazonaws.com');
    expect(SourceArn?.endsWith(`:WebhookApi/*/*${RouteKey.replace('ANY ', '')}`)).toBe(true);
  });

  it('is answered before providers and API Gateway give up', () => {
    const { TimeoutInMillis } = propertiesOf('WebhookIntegration') as { TimeoutInMillis: number };
    expect(TimeoutInMillis).toBeLessThanOrEqual(30_000);
  });
});
