import { policyOf } from '../../shared/provisioning/policy.ts';
import { TEMPLATES } from '../templates/samples.ts';
import { LOGS, QUEUE, TOPIC, templateWith } from './wanted.ts';

const denied = (policy: string, action: string): string[] =>
  JSON.parse(policy).Statement.flatMap((one: { Effect: string; Action: string; Condition?: object }) =>
    one.Effect === 'Deny' && one.Action === action
      ? (one.Condition as { StringEquals: { ResourceType: string[] } }).StringEquals.ResourceType
      : [],
  );

describe('the policy of a stack', () => {
  const policy = policyOf(templateWith({ Logs: LOGS, Queue: QUEUE, Other: QUEUE, Topic: TOPIC }));

  it('lets nothing be replaced that holds data', () => {
    expect(denied(policy, 'Update:Replace')).toEqual(['AWS::Logs::LogGroup', 'AWS::SQS::Queue']);
  });

  it('lets it be deleted only where it is kept all the same', () => {
    expect(denied(policy, 'Update:Delete')).toEqual(['AWS::SQS::Queue']);
  });

  it('allows everything else', () => {
    expect(JSON.parse(policyOf(templateWith({ Topic: TOPIC })))).toEqual({
      Statement: [{ Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' }],
    });
  });

  it.each(Object.entries(TEMPLATES))('of %s is one that CloudFormation takes: at most 16,384 bytes', (_, template) => {
    expect(policyOf(template).length).toBeLessThan(16_384);
    expect(denied(policyOf(template), 'Update:Replace')).toContain('AWS::Logs::LogGroup');
  });
});
