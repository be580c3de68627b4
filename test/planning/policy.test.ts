import { policyOf } from '../../shared/planning/policy.ts';
import { resolvedFrom } from '../support/manifest.ts';

const SHOP = { apiVersion: 'pilotage/v1', name: 'acme-shop', target: 'ecs', source: { image: 'acme/shop:1' } };
const policy = (more: object, pushed?: string) => policyOf(resolvedFrom({ ...SHOP, database: {}, ...more }), pushed);

describe('the policy of a deployment', () => {
  it('has the commit that the manifest names, or else the one that was pushed', () => {
    expect(policy({ source: { image: 'acme/shop:1', commit: '12e4567' } }, 'abcdef0').commit).toBe('12e4567');
    expect(policy({}, 'abcdef0').commit).toBe('abcdef0');
    expect(policy({})).not.toHaveProperty('commit');
  });

  it('has the alarms of the pilot’s own that count as well', () => {
    expect(policy({ alarms: { names: ['team-latency'] } }).alarms).toEqual(['team-latency']);
    expect(policy({})).not.toHaveProperty('alarms');
  });
});
