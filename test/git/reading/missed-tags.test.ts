import { unseenTags } from '../../../shared/git/reading/missed-tags.ts';

const seen = (...names: string[]) => ({ isWhole: true, has: (name: string) => names.includes(name) });
const whole = (...names: string[]) => ({ names, isWhole: true });
const newest = (...names: string[]) => ({ names, isWhole: false });

describe('webhook: a poll of tags', () => {
  it('misses what was not there before, whatever order it is told in', () => {
    expect(unseenTags(whole('v1', 'v10', 'v9'), seen('v1'))).toEqual(['v9', 'v10']);
    expect(unseenTags(whole('v1', 'v2'), seen())).toEqual(['v1', 'v2']);
    expect(unseenTags(whole('v1'), seen('v1', 'v2'))).toEqual([]);
  });

  it('takes none for new that comes into sight since another one is gone', () => {
    expect(unseenTags(newest('v9', 'v8', 'v7', 'v6'), seen('v9', 'v8', 'v7'))).toEqual([]);
    expect(unseenTags(newest('v10', 'v9', 'v8', 'v7'), seen('v9', 'v8', 'v7'))).toEqual(['v10']);
    expect(unseenTags(newest('v9', 'v8'), seen('v1'))).toEqual([]);
  });

  it('takes none for new that comes into sight since so many are gone that all are told', () => {
    const cut = { ...seen('v9', 'v8', 'v7'), isWhole: false };
    expect(unseenTags(whole('v9', 'v8', 'v6', 'v5'), cut)).toEqual([]);
    expect(unseenTags(whole('v10', 'v9', 'v6', 'v5'), cut)).toEqual(['v10']);
  });

  it.each([
    ['numbers count as numbers', ['v1.2.9', 'v1.2.10', 'v1.10.0']],
    ['what is to become a version comes before it', ['v2.0.0-rc.1', 'v2.0.0-rc.2', 'v2.0.0']],
    ['what adds to a version comes after it', ['v1', 'v1.0', 'v1.0.1']],
    ['days are no versions', ['shop-2026-2-3', 'shop-2026-11-21']],
  ])('tells the older version first: %s', (_, sorted) => {
    expect(unseenTags(whole(...sorted.toReversed()), seen())).toEqual(sorted);
  });
});
