import { costAt, costOf, HOURS, type Use } from '../../shared/cost/cost.ts';
import { money } from '../../shared/cost/money.ts';
import { priceOf } from '../../shared/cost/price.ts';

const usd = (id: Use['price'], region = 'us-east-1') => priceOf(id, region).usd;
const uses: Use[] = [
  { price: 'alb.hour', quantity: HOURS, per: 'month', about: 'load balancer' },
  { price: 'secret.month', quantity: 3, per: 'month', about: 'secrets' },
  { price: 'transfer.out.gb', quantity: 20, per: 'million requests', about: 'traffic' },
];

describe('what things cost', () => {
  it('is split into what is fixed and what comes with the requests', () => {
    const cost = costOf(uses, 'us-east-1');
    expect(cost.fixed).toBeCloseTo(730 * usd('alb.hour') + 3 * usd('secret.month'), 6);
    expect(cost.perMillion).toBeCloseTo(20 * usd('transfer.out.gb'), 6);
    expect(cost.approximate).toBe(false);
  });

  it('has a line for each use, in the order given, with unit and price', () => {
    expect(costOf(uses, 'us-east-1').lines[1]).toEqual({
      about: 'secrets',
      price: 'secret.month',
      quantity: 3,
      unit: 'month',
      each: usd('secret.month'),
      usd: 1.2,
      per: 'month',
    });
    expect(costOf(uses, 'us-east-1').lines.map(({ about }) => about)).toEqual(['load balancer', 'secrets', 'traffic']);
  });

  it('is approximate, line by line, where the region has no price of its own', () => {
    const cost = costOf(uses, 'mx-central-1');
    expect(cost.lines.map(({ approximate }) => approximate)).toEqual([true, true, true]);
    expect(cost.approximate).toBe(true);
    expect(cost.fixed).toBe(costOf(uses, 'us-east-1').fixed);
  });

  it('has no binary crumbs', () => {
    const alarms = Array.from({ length: 3 }, (): Use => ({ ...(uses[1] as Use), price: 'alarm.month', quantity: 1 }));
    expect(costOf(alarms, 'us-east-1').fixed).toBe(0.3);
  });

  it('grows with the requests', () => {
    expect(costAt({ fixed: 10, perMillion: 0.1 }, 0)).toBe(10);
    expect(costAt({ fixed: 10, perMillion: 0.1 }, 3)).toBe(10.3);
  });

  it('is nothing for nothing', () => {
    expect(costOf([], 'eu-central-1')).toEqual({ fixed: 0, perMillion: 0, lines: [], approximate: false });
  });
});

describe('money', () => {
  it.each([
    [0, '$0.00'],
    [0.000_013, '< $0.01'],
    [0.0099, '< $0.01'],
    [0.01, '$0.01'],
    [0.4, '$0.40'],
    [1.005, '$1.01'],
    [12.3, '$12.30'],
    [999.994, '$999.99'],
    [999.996, '$1,000'],
    [1234.4, '$1,234'],
    [1_234_567.5, '$1,234,568'],
  ])('of %d is %s', (amount, shown) => {
    expect(money(amount)).toBe(shown);
  });
});
