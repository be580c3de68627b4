import type { ResourceStatus, StackEvent } from '@aws-sdk/client-cloudformation';
import { causeOf, isBegunBy, progressOf, undoing } from '../../shared/provisioning/history.ts';

const STACK = 'arn:aws:cloudformation:eu-central-1:123456789012:stack/acme/1';
const event = (name: string, status: string, reason?: string): StackEvent => ({
  StackId: STACK,
  StackName: 'acme',
  EventId: '1',
  Timestamp: new Date(0),
  LogicalResourceId: name,
  PhysicalResourceId: name === 'acme' ? STACK : `${name}-1`,
  ResourceType: name === 'acme' ? 'AWS::CloudFormation::Stack' : 'AWS::SNS::Topic',
  ResourceStatus: status as ResourceStatus,
  ...(reason && { ResourceStatusReason: reason }),
});
const stack = (status: string, reason?: string) => event('acme', status, reason);

describe('the cause of a failure', () => {
  it('is the first resource that failed by itself, however it was told', () => {
    const events = [
      stack('UPDATE_IN_PROGRESS'),
      event('A', 'UPDATE_FAILED', 'Resource update cancelled'),
      event('B', 'CREATE_FAILED', 'Resource creation canceled'),
      event('C', 'CREATE_FAILED', 'Limit exceeded.'),
      event('D', 'CREATE_FAILED', 'Another'),
      stack('UPDATE_ROLLBACK_IN_PROGRESS', 'The following resource(s) failed to create: [A, B, C]. '),
      event('E', 'DELETE_FAILED', 'in use'),
    ];
    expect(causeOf(events)).toBe('C (AWS::SNS::Topic): Limit exceeded');
  });

  it('is a resource without a reason rather than one that was cancelled', () => {
    expect(causeOf([event('A', 'CREATE_FAILED', 'Resource creation cancelled'), event('B', 'CREATE_FAILED')])).toBe(
      'B (AWS::SNS::Topic): no reason was given',
    );
  });

  it('is what is told of the stack where no resource failed', () => {
    const reason = 'Validation failed with 1 error(s).';
    expect(causeOf([stack('CREATE_IN_PROGRESS', 'User Initiated'), stack('CREATE_FAILED', reason)])).toBe(
      'Validation failed with 1 error(s)',
    );
  });

  it('is not made up', () => {
    expect(causeOf([])).toBe('CloudFormation tells no cause');
  });

  it('of a rollback that failed is looked for since it was begun the last time', () => {
    const again = [event('Queue', 'UPDATE_FAILED', 'in use'), stack('UPDATE_ROLLBACK_FAILED')];
    const events = [
      event('Topic', 'UPDATE_FAILED', 'not allowed'),
      stack('UPDATE_ROLLBACK_IN_PROGRESS'),
      event('Other', 'UPDATE_FAILED', 'busy'),
      stack('UPDATE_ROLLBACK_IN_PROGRESS'),
      ...again,
    ];
    expect(undoing(events)).toEqual(again);
  });
});

describe('progress', () => {
  const begun = ['A', 'B', 'C', 'D', 'E'].map((name) => event(name, 'CREATE_IN_PROGRESS'));

  it('counts what is made, and names three of what is not', () => {
    const events = [stack('CREATE_IN_PROGRESS'), ...begun, event('A', 'CREATE_COMPLETE')];
    expect(progressOf(events, 23)).toBe('1 of 23 made, now B, C, D and 1 more');
  });

  it('counts a resource once, by what was told of it last', () => {
    const events = [
      stack('CREATE_IN_PROGRESS'),
      event('A', 'CREATE_IN_PROGRESS'),
      event('A', 'CREATE_IN_PROGRESS', 'Resource creation Initiated'),
      event('A', 'CREATE_COMPLETE'),
    ];
    expect(progressOf(events, 1)).toBe('1 of 1 made');
  });

  it.each([
    ['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE', '1 changed'],
    ['DELETE_IN_PROGRESS', 'DELETE_COMPLETE', '1 removed'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'DELETE_COMPLETE', 'removing what was replaced'],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_FAILED', 'undoing it all: A (AWS::SNS::Topic): too many'],
    ['UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_FAILED', 'undoing it all: A (AWS::SNS::Topic): too many'],
  ])('of %s says so', (status, resource, said) => {
    expect(progressOf([event('A', resource, 'too many'), stack(status)], 5)).toBe(said);
  });
});

it('an operation is told by the token that it was begun with', () => {
  const events = [{ ...stack('UPDATE_IN_PROGRESS'), ClientRequestToken: 'ours' }];
  expect([isBegunBy(events, 'ours'), isBegunBy(events, 'other'), isBegunBy([stack('X')], 'ours')]).toEqual([
    true,
    false,
    false,
  ]);
});
