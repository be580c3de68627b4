import { whyFull } from '../../../shared/git/previews/why-full.ts';
import type { Preview } from '../../../shared/ledger/previews.ts';

const held = (number: number, connection: string, repository: string) =>
  ({ pilot: 'acme-shop', number, connection, repository }) as Preview;
const own = (count: number) => Array.from({ length: count }, (_, at) => held(at + 1, 'own', 'github.com/acme/shop'));
const others = (count: number) => Array.from({ length: count }, (_, at) => held(at + 1, 'other', 'github.com/zebra/x'));
const said = (holders: Preview[]) =>
  whyFull({ outcome: 'full', of: 'most', holders }, 'acme-shop', { most: 20, perPilot: 3 }, 'own');

describe('why there is no place for a preview', () => {
  it('names those of the same repository, and counts the others', () => {
    expect(said([...own(1), ...others(7)])).toMatch(
      /the places: acme-shop of pull request 1 of github.com\/acme\/shop and 7 of other repositories$/,
    );
    expect(said(others(1))).toMatch(/the places: 1 of another repository$/);
    expect(said([...own(12), ...others(2)])).toMatch(/request 10 of \S+, 2 more and 2 of other repositories$/);
    expect(said([...own(2), ...others(3)])).not.toContain('zebra');
  });

  it('says that there are none where the operator allows none', () => {
    const none = { most: 0, perPilot: 3 };
    expect(whyFull({ outcome: 'full', of: 'most', holders: [] }, 'acme-shop', none, 'own')).toBe(
      'the operator allows none',
    );
  });
});
