import { viewOf } from '../../shared/answers/view.ts';
import { finished, freshId } from '../notify/support/examples.ts';

describe('a deployment as people are shown it', () => {
  it('has what was warned of, by step, and nothing where nothing was', () => {
    const warnings = { Revert: 'it was not taken back' };
    expect(viewOf(finished(freshId(), { warnings }))).toMatchObject({ status: 'succeeded', warnings });
    expect(viewOf(finished(freshId()))).not.toHaveProperty('warnings');
    expect(viewOf(finished(freshId(), { warnings: {} }))).not.toHaveProperty('warnings');
  });

  it('has what a failed one leaves in the stack', () => {
    const failed = finished(freshId(), {
      status: 'failed',
      facts: { stack: 'changed (1 resource added)' },
      touched: { one: { added: ['Queue'] } },
    });
    expect(viewOf(failed).warnings?.Provision).toContain('the stack keeps what this deployment changed in it');
  });
});
