import { branchesOf, lookedAt } from '../../../shared/git/reading/missed.ts';
import type { Connection } from '../../../shared/ledger/connections.ts';

const headOf = (name: string, at: string, kind: 'branch' | 'tag' = 'branch') => ({
  ref: { kind, name },
  commit: 'a'.repeat(40),
  push: 'p',
  at,
});

describe('webhook: a poll', () => {
  it('looks at the default branch, those that deploy and those that were pushed to, once each, and at no tag', () => {
    const heads = [headOf('old', '2026-01-01'), headOf('develop', '2026-01-02'), headOf('v1', '2026-01-03', 'tag')];
    const connection = { branches: ['develop', 'main'] } as Connection;
    expect(branchesOf(connection, heads, 'main')).toEqual(['main', 'develop', 'old']);
  });

  it('looks at fifty branches, of those that deploy none the ones that were pushed to last', () => {
    const heads = Array.from({ length: 60 }, (_, at) =>
      headOf(`f${at}`, `2026-01-01T00:00:${String(at).padStart(2, '0')}Z`),
    );
    const looked = branchesOf({} as Connection, heads, 'main');
    expect([looked.length, looked[0], looked[1], looked.at(-1)]).toEqual([50, 'main', 'f59', 'f11']);
  });

  it.each([
    ['what a branch points to at the first look is no push', 'a', undefined, undefined, 'first'],
    ['nor that it is not there', undefined, undefined, undefined, 'first'],
    ['what it pointed to then is none later', 'a', undefined, 'a', 'same'],
    ['nothing is missed of a branch that is gone', undefined, 'a', 'a', 'same'],
    ['nor where the last push is known', 'b', 'b', 'a', 'same'],
    ['nor where it was known before any look', 'b', 'b', undefined, 'same'],
    ['a branch that moved was pushed to', 'b', undefined, 'a', { missed: 'b' }],
    ['one that came was pushed to', 'b', undefined, null, { missed: 'b' }],
    ['one that moved on was pushed to, and from where', 'c', 'b', 'a', { missed: 'c', before: 'b' }],
    ['also one that went back', 'a', 'b', 'a', { missed: 'a', before: 'b' }],
  ])('%s', (_, now, recorded, first, expected) => {
    expect(lookedAt(now, recorded === undefined ? undefined : { commit: recorded }, first)).toEqual(expected);
  });

  it('a branch that came back to a commit whose push was superseded was pushed to; one that failed was not', () => {
    expect(lookedAt('b', { commit: 'b', outcome: 'superseded' }, 'a')).toEqual({ missed: 'b' });
    expect(lookedAt('b', { commit: 'b', outcome: 'failed' }, 'a')).toBe('same');
  });
});
