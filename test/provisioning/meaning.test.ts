import { StackStatus } from '@aws-sdk/client-cloudformation';
import { meaningOf, wayOut } from '../../shared/provisioning/meaning.ts';

const states = Object.values(StackStatus);

describe('the state of a stack', () => {
  it.each(states)('%s is under way exactly where its name says so', (status) => {
    // A change set that nobody executed is nothing that goes on.
    const goesOn = status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
    expect(meaningOf(status) === 'under way').toBe(goesOn);
  });

  it.each(states.filter((status) => status.endsWith('_FAILED')))('%s is never taken for whole', (status) => {
    expect(['never made', 'stuck', 'broken']).toContain(meaningOf(status));
  });

  it('is absent where there is no stack', () => {
    expect([undefined, 'DELETE_COMPLETE', 'REVIEW_IN_PROGRESS'].map((one) => meaningOf(one as StackStatus))).toEqual([
      'absent',
      'absent',
      'absent',
    ]);
  });

  it('that is not known yet is for a person to judge', () => {
    expect(meaningOf('PAUSED' as StackStatus)).toBe('broken');
  });
});

it.each(states.filter((status) => ['stuck', 'broken'].includes(meaningOf(status))))(
  'what to do about %s names a command and the stack',
  (status) => {
    expect(wayOut('acme', status)).toMatch(/^.*aws cloudformation [a-z-]+ --stack-name acme/);
  },
);
