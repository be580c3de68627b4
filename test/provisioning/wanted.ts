import { type Provisioning, provision } from '../../shared/provisioning/provision.ts';
import { type Wanted, wantedOf } from '../../shared/provisioning/wanted.ts';
import type { Resource, Template } from '../../templates/template.ts';
import { SERVICE_ROLE } from './service-role.ts';

export const DEPLOYMENT = 'acme-shop_production_20260102T030405Z-0123456789ab';

export const LOGS: Resource = {
  Type: 'AWS::Logs::LogGroup',
  DeletionPolicy: 'Retain',
  Properties: { RetentionInDays: 7 },
};
export const QUEUE: Resource = { Type: 'AWS::SQS::Queue', Properties: { DelaySeconds: 1 } };
export const TOPIC: Resource = { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'acme' } };

export const templateWith = (Resources: Record<string, Resource>): Template => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'Pilotage: acme-shop in production',
  Resources,
  Outputs: Object.fromEntries(Object.keys(Resources).map((name) => [name, { Description: name, Value: `${name}-1` }])),
});

/** What a deployment wants, begun a moment ago. */
export const wantedWith = (
  resources: Record<string, Resource>,
  { deployment = DEPLOYMENT, environment = 'production' } = {},
): Wanted =>
  wantedOf({
    deployment,
    pilot: 'acme-shop',
    environment,
    template: templateWith(resources),
    parameters: {},
    serviceRole: SERVICE_ROLE,
    since: new Date(Date.now() - 1000),
    deadline: new Date('2030-01-02T03:04:05Z'),
  });

/** Looks, as whoever wakes the step has it look, until there is an end. */
export async function untilEnd(wanted: Wanted, looks = 60): Promise<{ end: Provisioning; waited: string[] }> {
  const waited: string[] = [];
  for (let look = 0; look < looks; look++) {
    const end = await provision(wanted);
    if (end.outcome !== 'parked') return { end, waited };
    waited.push(end.awaits);
  }
  throw new Error(`no end after ${looks} looks: ${waited.join('\n')}`);
}
