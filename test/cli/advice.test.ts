import { adviceFor } from '../../cli/advice.ts';
import type { DeploymentView } from '../../shared/api.ts';

const restore: DeploymentView = {
  ...{ id: 'acme-shop_production_20261121T015715Z-3f9a1c2e4b5d', pilot: 'acme-shop', environment: 'staging' },
  ...{ status: 'failed', requestedAt: '2026-11-21T01:57:15.000Z', steps: {}, facts: {}, release: 'a'.repeat(20) },
  trigger: { kind: 'restore', snapshot: 'nightly', request: 'r' },
  failure: { step: 'Provision', outcome: 'failed', code: 'DEADLINE', reason: 'waited for the stack' },
} as never;

describe('what to do next', () => {
  it('after a restore in place that failed is to come back with what there is, or to try it once more', () => {
    const advice = adviceFor(restore, 'dev').join('\n');
    expect(advice).toContain('the one before or the restored one: pilot online acme-shop --env staging');
    expect(advice).toContain('pilot retry acme-shop --env staging');
    expect(advice).not.toContain('deploy again');
  });
});
