import * as fc from 'fast-check';
import { derivedName, NAME_RULES, type Named, type NameKind } from '../../shared/manifest/derived-names.ts';
import { ENVIRONMENT_NAME, PILOT_NAME } from '../../shared/manifest/identifiers.ts';

const kinds = Object.keys(NAME_RULES) as NameKind[];

/** Few letters, so that two names are often nearly the same. */
const pilot = fc.oneof(
  fc.stringMatching(/^[ab][ab0-]{0,31}$/).filter((name) => PILOT_NAME.test(name)),
  fc.constantFrom('internal-a', 'sg', 'sg-a', 'sthree-a', 'amzn-s3-demo-a', 'xn', 'aws', 'ecs-a', 'a'.repeat(32)),
);
const environment = fc
  .oneof(fc.stringMatching(/^[ab][ab0]{0,15}$/), fc.constantFrom('production', 'b'.repeat(16)))
  .filter((name) => ENVIRONMENT_NAME.test(name));
const part = fc.oneof(
  fc.stringMatching(/^[ab](-?[ab0]){0,9}$/),
  fc.constantFrom('blue', 'green', '123456789012', 'a-0aaaaaaaaaaaaaaaa'),
);
const named: fc.Arbitrary<Named> = fc.record({ pilot, environment, parts: fc.array(part, { maxLength: 2 }) });

describe.each(kinds)('the name of a %s', (kind) => {
  const rule = NAME_RULES[kind];
  const { limit, pattern } = rule;
  const reserved = 'reserved' in rule ? rule.reserved : undefined;

  it('is always one that AWS takes', () => {
    fc.assert(
      fc.property(named, (one) => {
        const name = derivedName(kind, one);
        expect(name.length).toBeLessThanOrEqual(limit);
        expect(name).toMatch(pattern);
        if (reserved) expect(name).not.toMatch(reserved);
      }),
    );
  });

  it('is never that of another thing', () => {
    const key = ({ pilot: of, environment: where, parts = [] }: Named) => JSON.stringify([of, where, ...parts]);
    fc.assert(
      fc.property(fc.array(named, { minLength: 2, maxLength: 40 }), (all) => {
        const different = new Map(all.map((one) => [key(one), one]));
        const names = new Set([...different.values()].map((one) => derivedName(kind, one)));
        expect(names.size).toBe(different.size);
      }),
    );
  });
});

describe('a derived name', () => {
  it('tells pilots apart whose joined names would look the same', () => {
    const one: Named = { pilot: 'acme', environment: 'shop', parts: ['blue'] };
    const other: Named = { pilot: 'acme-shop', environment: 'blue' };
    for (const kind of kinds) expect(derivedName(kind, one)).not.toBe(derivedName(kind, other));
  });

  it.each<[NameKind, Named, string]>([
    ['stack', { pilot: 'acme-shop', environment: 'production' }, 'acme-shop-production'],
    [
      'target-group',
      { pilot: 'acme-shop', environment: 'production', parts: ['blue'] },
      'blue-acme-shop-0tdbyz55g66g2ihw4',
    ],
    ['log-group', { pilot: 'acme', environment: 'ci', parts: ['worker'] }, '/pilots/acme/ci/worker'],
    ['repository', { pilot: 'acme', environment: 'ci' }, 'pilots/acme/ci'],
    ['secret', { pilot: 'acme', environment: 'ci', parts: ['database'] }, 'made/acme/ci/database'],
    ['database', { pilot: 'acme', environment: 'ci' }, 'acme-ci'],
    ['database', { pilot: 'acme', environment: 'ci', parts: ['replica'] }, 'replica-acme-ci-053gquvj4a5zs7wi6'],
    ['load-balancer', { pilot: 'internal-tools', environment: 'ci' }, 'p-internal-too-02jkd7jn6upsspqt5'],
    ['load-balancer', { pilot: 'a'.repeat(32), environment: 'production' }, 'aaaaaaaaaaaaaa-0j422g7mmuklca4my'],
  ])('of a %s stays what it is: %j', (kind, one, name) => {
    expect(derivedName(kind, one)).toBe(name);
  });
});
