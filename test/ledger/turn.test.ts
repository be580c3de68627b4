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
    expect(decideTurn(us, { owner }, us)).toEqual({ turn: 'waiting', behind: owner });
  });

  it('takes the place of an older one that waits', () => {
    expect(decideTurn(asked('02', 'a', upload), { owner }, asked('01', 'b', upload))).toEqual({
      turn: 'claim',
      behind: owner,
    });
  });

  it('is superseded by a newer one that waits', () => {
    const newer = asked('09', 'a', upload);
    expect(decideTurn(asked('02', 'b', rollback), { owner }, newer)).toEqual({ turn: 'superseded', by: newer.id });
  });

  it('goes by when it was asked for, and not by the time in its id, which a person’s clock tells', () => {
    const ahead = { ...asked('59', 'a', rollback), requestedAt: at('01') };
    expect(decideTurn(asked('02', 'b', upload), { owner }, ahead)).toEqual({ turn: 'claim', behind: owner });
    expect(decideTurn(ahead, { owner }, asked('02', 'b', upload))).toMatchObject({ turn: 'superseded' });
  });

  it('in the same second goes by what is newest in S3, not by the hash', () => {
    for (const [us, rival] of ['af', 'fa'])
      expect(decideTurn(asked('01', us ?? '', upload), { owner }, asked('01', rival ?? '', upload))).toEqual({
        turn: 'claim',
        behind: owner,
      });
  });

  it.each([
    ['a rollback', rollback],
    ['a retry', { ...upload, request: 'x', retryOf: owner }],
  ])(
    '%s that lost the waiting place does not take it back, so that two never push each other out for ever',
    (_, trigger) => {
      const rival = asked('01', 'a', trigger);
      const us = asked('01', 'f', trigger);
      expect(decideTurn(us, { owner }, rival)).toEqual({ turn: 'claim', behind: owner });
      expect(decideTurn({ ...us, queued: true }, { owner }, rival)).toEqual({ turn: 'superseded', by: rival.id });
    },
  );

  describe('of pushes', () => {
    const push: Trigger = {
      ...{ kind: 'push', bucket: 'b', key: 'k', version: 'v', repository: 'github.com/acme/shop', push: 'p' },
      ...{ connection: '0123456789ab', ref: { kind: 'branch', name: 'main' }, commit: 'c', manifest: 'pilot.yaml' },
    };
    const recorded = (milliseconds: string, hash: string) => ({
      ...asked('01', hash, push),
      requestedAt: `2026-11-21T00:00:01.${milliseconds}Z`,
    });

    it('the one that was recorded later takes the waiting place, and the other one never takes it from that', () => {
      const [older, newer] = [recorded('100', 'f'), recorded('101', 'a')];
      expect(decideTurn(newer, { owner }, older)).toEqual({ turn: 'claim', behind: owner });
      expect(decideTurn(older, { owner }, newer)).toEqual({ turn: 'superseded', by: newer.id });
    });

    it('none takes back the place that an upload of the same second took', () => {
      const rival = asked('01', 'a', upload);
      expect(decideTurn(recorded('900', 'f'), { owner }, rival)).toEqual({ turn: 'claim', behind: owner });
      expect(decideTurn({ ...recorded('900', 'f'), queued: true }, { owner }, rival)).toMatchObject({
        turn: 'superseded',
      });
    });
  });

  it('an upload takes the place back that it lost: it comes only while it is the newest version', () => {
    const us = { ...asked('01', 'f', upload), queued: true };
    expect(decideTurn(us, { owner }, asked('01', 'a', upload))).toEqual({ turn: 'claim', behind: owner });
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

  it('is nobody’s when the lock is free and could not be taken', () => {
    expect(() => decideTurn(asked('04', 'b', upload), {})).toThrow('the lock is free and could not be taken');
  });

  describe('somebody’s word that the pilot goes offline, or comes back', () => {
    const word = (kind: 'offline' | 'online'): Trigger => ({ kind, request: 'x' });
    const bold: Trigger = { ...upload, online: true };

    it.each(['offline', 'online'] as const)('%s: what goes live of its own accord does not take its place', (kind) => {
      const rival = asked('01', 'b', word(kind));
      for (const trigger of [upload, rollback])
        expect(decideTurn(asked('02', 'a', trigger), { owner }, rival)).toEqual({ turn: 'refused', by: rival.id });
    });

    it('gives its place to a newer word, and to what says that it goes live all the same', () => {
      const rival = asked('01', 'b', word('offline'));
      for (const trigger of [word('online'), word('offline'), bold])
        expect(decideTurn(asked('02', 'a', trigger), { owner }, rival)).toEqual({ turn: 'claim', behind: owner });
    });

    it('takes the place of what waits, whichever that is', () => {
      const rival = asked('01', 'b', upload);
      expect(decideTurn(asked('02', 'a', word('offline')), { owner }, rival)).toEqual({ turn: 'claim', behind: owner });
    });
  });
});
