import type { Trigger } from '../../shared/events.ts';
import { decideTurn } from '../../shared/ledger/turn.ts';

const id = (second: string, hash: string) => `acme_production_20261121T0000${second}Z-${hash.repeat(12)}`;
const upload: Trigger = { kind: 'upload', bucket: 'b', key: 'pilots/acme/pilot.yaml', version: 'v' };
const rollback: Trigger = { kind: 'rollback', release: 'r', request: 'x' };
const owner = id('00', '0');
const at = (second: string) => `2026-11-21T00:00:${second}.000Z`;
/** A deployment that was asked for at that second. */
const asked = (second: string, hash: string, trigger: Trigger) => ({
  id: id(second, hash),
  trigger,
  requestedAt: at(second),
});

describe('whose turn it is', () => {
  it('is ours when we hold the lock', () => {
    expect(decideTurn(asked('00', '0', upload), { owner })).toEqual({ turn: 'ours' });
  });

  it('takes the waiting place when nobody waits', () => {
    expect(decideTurn(asked('01', 'a', upload), { owner })).toEqual({ turn: 'claim', behind: owner });
  });

  it('goes on waiting when we are the one who waits', () => {
    const us = asked('01', 'a', upload);
    expect(decideTurn(us, { owner, waiting: us.id })).toEqual({ turn: 'waiting', behind: owner });
  });

  it('takes the place of an older one that waits', () => {
    expect(decideTurn(asked('02', 'a', upload), { owner, waiting: id('01', 'b') })).toEqual({
      turn: 'claim',
      behind: owner,
    });
  });

  it('is superseded by a newer one that waits', () => {
    const newer = id('09', 'a');
    expect(decideTurn(asked('02', 'b', rollback), { owner, waiting: newer })).toEqual({
      turn: 'superseded',
      by: newer,
    });
  });

  it('in the same second goes by what is newest in S3, not by the hash', () => {
    expect(decideTurn(asked('01', 'a', upload), { owner, waiting: id('01', 'f') })).toEqual({
      turn: 'claim',
      behind: owner,
    });
    expect(decideTurn(asked('01', 'f', upload), { owner, waiting: id('01', 'a') })).toEqual({
      turn: 'claim',
      behind: owner,
    });
  });

  it('a rollback that lost the waiting place does not take it back, so that two never push each other out for ever', () => {
    const waiting = id('01', 'a');
    expect(decideTurn({ ...asked('01', 'f', rollback), queued: true }, { owner, waiting })).toEqual({
      turn: 'superseded',
      by: waiting,
    });
  });

  it('is superseded by whatever had the lock and was asked for later, even when that has ended', () => {
    const newest = { newest: '2026-11-21T00:00:05', newestId: id('05', 'a') };
    expect(decideTurn(asked('04', 'b', upload), newest)).toEqual({ turn: 'superseded', by: id('05', 'a') });
    expect(decideTurn(asked('04', 'b', rollback), { ...newest, owner })).toEqual({
      turn: 'superseded',
      by: id('05', 'a'),
    });
    expect(decideTurn(asked('05', 'b', rollback), { ...newest, owner })).toEqual({ turn: 'claim', behind: owner });
  });

  it('is nobody’s when the lock is free and could not be taken: then the deployment was ended', () => {
    expect(() => decideTurn(asked('04', 'b', upload), {})).toThrow('ended');
  });

  it('is ours before one that waits under an id that nobody can read', () => {
    expect(decideTurn(asked('01', 'a', upload), { owner, waiting: 'x' })).toEqual({ turn: 'claim', behind: owner });
  });
});
