import { HostTrouble } from '../../../shared/git/host.ts';
import { atTrouble, isBehind } from '../../../shared/git/reading/trouble.ts';
import type { Push } from '../../../shared/ledger/pushes.ts';

const AT = Date.parse('2026-11-21T00:00:00Z');
const after = (minutes: number) => new Date(AT + minutes * 60_000);
const DAY = 24 * 60;
const push = (more: Partial<Push> = {}): Push => ({
  id: '0123456789ab-20261121T000000Z-0123456789ab',
  connection: '0123456789ab',
  repository: 'github.com/acme/shop',
  ref: { kind: 'branch', name: 'main' },
  commit: 'b'.repeat(40),
  at: new Date(AT).toISOString(),
  via: 'webhook',
  state: 'pending',
  ...more,
});

describe('webhook: a provider that cannot be asked', () => {
  it.each(['limited', 'unavailable', 'unexpected', 'too-large'] as const)(
    '%s leaves the push pending for a day, and then it is given up',
    (fault) => {
      const trouble = new HostTrouble(fault, 'GitHub: 503');
      expect(atTrouble(trouble, push(), after(DAY - 1))).toEqual({
        kind: 'later',
        why: expect.stringContaining('GitHub: 503'),
        ...(fault === 'unavailable' && { isAway: true }),
      });
      expect(atTrouble(trouble, push(), after(DAY))).toMatchObject({
        kind: 'failed',
        problems: [{ code: 'PROVIDER_UNAVAILABLE', hint: expect.stringContaining('push again') }],
      });
    },
  );

  it.each([
    ['denied', 'CONNECTION_DENIED'],
    ['missing', 'REPOSITORY_MISSING'],
  ] as const)(
    'because it is %s leaves it pending for an hour, in which that may be put right; then it fails, with what to do',
    (fault, code) => {
      const trouble = new HostTrouble(fault, 'GitHub: no');
      expect(atTrouble(trouble, push(), after(59))).toEqual({
        kind: 'later',
        why: expect.stringContaining('GitHub: no'),
      });
      expect(atTrouble(trouble, push(), after(60))).toMatchObject({
        kind: 'failed',
        problems: [{ code, hint: expect.stringContaining('pilot connect') }],
      });
    },
  );

  it('for a reason that is nobody’s answer throws, and says nothing of it when the push is given up', () => {
    const error = new Error('AccessDenied for token ghp_1');
    expect(() => atTrouble(error, push(), after(1))).toThrow(error);
    expect(JSON.stringify(atTrouble(error, push(), after(DAY)))).not.toContain('ghp_1');
  });
});

describe('webhook: a provider that shows what was before the push', () => {
  const before = 'a'.repeat(40);
  it('may be behind for ten minutes; then the push was taken back', () => {
    expect(isBehind(push({ before }), before, after(9))).toBe(true);
    expect(isBehind(push({ before }), before, after(10))).toBe(false);
  });

  it('may not show a new branch yet', () => {
    expect(isBehind(push(), undefined, after(1))).toBe(true);
    expect(isBehind(push({ before }), undefined, after(1))).toBe(false);
  });

  it('is right about what it told of by itself', () => {
    expect(isBehind(push({ before, via: 'poll' }), before, after(1))).toBe(false);
    expect(isBehind(push({ before }), 'c'.repeat(40), after(1))).toBe(false);
  });
});
