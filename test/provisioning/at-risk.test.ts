import type { StackChange } from '../../shared/preview/stack.ts';
import { isOpen, losses, problemOf, stillUsed } from '../../shared/provisioning/at-risk.ts';

const change = (more: Partial<StackChange>): StackChange => ({
  action: 'change',
  type: 'AWS::RDS::DBInstance',
  logicalId: 'Database',
  name: 'acme-shop',
  settings: [],
  ...more,
});

describe('what takes data away', () => {
  it.each([
    ['is deleted', { action: 'delete', data: 'lost' }, true],
    ['is deleted after a snapshot', { action: 'delete', data: 'snapshot' }, true],
    ['is kept outside the stack', { action: 'delete', data: 'retained' }, false],
    ['is replaced', { action: 'replace', data: 'lost' }, true],
    ['is replaced by an empty one, and kept', { action: 'replace', data: 'retained' }, true],
    ['may be replaced', { action: 'maybe-replace', data: 'lost' }, false],
    ['holds none and is deleted', { action: 'delete' }, false],
    ['is changed', { action: 'change' }, false],
    ['is made', { action: 'create' }, false],
  ] as const)('what %s', (_, more, isLoss) => {
    expect(losses([change(more)])).toHaveLength(isLoss ? 1 : 0);
  });

  it('is open only where data may be replaced', () => {
    const open = [
      { action: 'maybe-replace', data: 'lost' },
      { action: 'maybe-replace' },
      { action: 'replace', data: 'lost' },
    ];
    expect(open.map((one) => isOpen([change(one as Partial<StackChange>)]))).toEqual([true, false, false]);
  });
});

describe('the refusal', () => {
  it('names what would be replaced, why, and what would be left', () => {
    const settings = ['DBName', 'Engine'];
    expect(problemOf(change({ action: 'replace', data: 'snapshot', settings }), 'acme-shop-production')).toEqual({
      code: 'DATA_AT_RISK',
      message:
        'Database (AWS::RDS::DBInstance acme-shop) holds data and would be replaced by an empty one; a snapshot would be left',
      expected: 'DBName, Engine as they were',
      hint: expect.stringContaining('acme-shop-production'),
    });
  });

  it('names what would be deleted', () => {
    expect(problemOf(change({ action: 'delete', data: 'lost' }), 'acme')).toMatchObject({
      message: 'Database (AWS::RDS::DBInstance acme-shop) holds data and would be deleted',
      expected: 'a manifest that keeps it',
    });
  });
});

describe('what serves keeps from being changed', () => {
  const balancer = change({
    ...{ action: 'replace', type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', logicalId: 'LoadBalancer' },
    settings: ['Scheme'],
  });
  const subnet = change({ action: 'delete', type: 'AWS::EC2::Subnet', logicalId: 'DatabaseSubnet1' });

  it('is what it stands on; what the database alone stands on, unless the database may go', () => {
    const changes = [balancer, subnet, change({ ...balancer, action: 'change' })];
    expect(stillUsed(changes, false)).toHaveLength(2);
    expect(stillUsed(changes, true)).toEqual([
      expect.objectContaining({ code: 'STILL_USED', message: expect.stringContaining('LoadBalancer') }),
    ]);
  });
});
