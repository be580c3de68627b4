import type { Trigger } from '../../shared/events.ts';
import { decideTurn } from '../../shared/ledger/turn.ts';

const id = (second: string, hash: string) => `acme_production_20261121T0000${second}Z-${hash.repeat(12)}`;
const upload: Trigger = { kind: 'upload', bucket: 'b', key: 'pilots/acme/pilot.yaml', version: 'v' };
const rollback: Trigger = { kind: 'rollback', release: 'r', request: 'x' };
const owner = id('00', '0');

describe('whose turn it is', () => {
  it('is ours when we hold the lock', () => {
    expect(decideTurn({ id: owner, trigger: upload }, { owner })).toEqual({ turn: 'ours' });
  });

  it('takes the waiting place when nobody waits', () => {
    expect(decideTurn({ id: id('01', 'a'), trigger: upload }, { owner })).toEqual({ turn: 'claim' });
  });

  it('goes on waiting when we are the one who waits', () => {
    const us = id('01', 'a');
    expect(decideTurn({ id: us, trigger: upload }, { owner, waiting: us })).toEqual({ turn: 'waiting' });
  });

  it('takes the place of an older one that waits', () => {
    expect(decideTurn({ id: id('02', 'a'), trigger: upload }, { owner, waiting: id('01', 'b') })).toEqual({
      turn: 'claim',
    });
  });

  it('is superseded by a newer one that waits', () => {
    const newer = id('09', 'a');
    expect(decideTurn({ id: id('02', 'b'), trigger: rollback }, { owner, waiting: newer })).toEqual({
      turn: 'superseded',
      by: newer,
    });
  });

  it('in the same second goes by what is newest in S3, not by the hash', () => {
    expect(decideTurn({ id: id('01', 'a'), trigger: upload }, { owner, waiting: id('01', 'f') })).toEqual({
      turn: 'claim',
    });
    expect(decideTurn({ id: id('01', 'f'), trigger: upload }, { owner, waiting: id('01', 'a') })).toEqual({
      turn: 'claim',
    });
  });

  it('a rollback that lost the waiting place does not take it back, so that two never push each other out for ever', () => {
    const waiting = id('01', 'a');
    expect(decideTurn({ id: id('01', 'f'), trigger: rollback, queued: true }, { owner, waiting })).toEqual({
      turn: 'superseded',
      by: waiting,
    });
  });
});
