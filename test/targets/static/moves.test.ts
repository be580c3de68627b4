import { shiftMove } from '../../../shared/targets/moves.ts';
import { rollbackMove } from '../../../shared/targets/static/moves.ts';
import { type Arm, encodePointer, type Pointer } from '../../../shared/targets/static/pointer.ts';
import type { Live } from '../../../shared/targets/target.ts';

const arm = (release: string): Arm => ({ release, immutable: [], cleanUrls: 'directory', index: 'index.html' });
const [blue, green, red] = [arm('blue'), arm('green'), arm('red')];
const lease = { fence: 5 };
const liveAs = (pointer: Pointer): Live => ({
  ...(pointer.live && { release: pointer.live.release }),
  weights: {},
  fence: pointer.fence,
  pointer: String(encodePointer(pointer)),
});
const before = liveAs({ fence: 4, live: blue });
const nothing: Live = { weights: {}, fence: 0 };

describe('shifting', () => {
  const to = (weight: number, seen: Pointer, was: Live = before) => shiftMove(seen, green, was, weight, lease);

  it.each([
    [10, { fence: 5, live: blue, next: { ...green, weight: 10 } }],
    [99, { fence: 5, live: blue, next: { ...green, weight: 99 } }],
    [100, { fence: 5, live: green }],
  ])('gives %i percent', (weight, write) => {
    expect(to(weight, { fence: 4, live: blue })).toEqual({ write });
  });

  it('gives everything where nothing is live, whatever was asked', () => {
    expect(to(10, { fence: 0 }, nothing)).toEqual({ write: { fence: 5, live: green } });
  });

  it('gives more to what has some, and never less', () => {
    const has = { fence: 5, live: blue, next: { ...green, weight: 50 } };
    expect(to(60, has)).toEqual({ write: { ...has, next: { ...green, weight: 60 } } });
    expect(to(50, has)).toEqual({ leave: has });
    expect(to(10, has)).toEqual({ leave: has });
  });

  it.each([
    ['an older deployment gave it', { fence: 4, live: blue, next: { ...green, weight: 50 } }],
    ['another release has it', { fence: 5, live: blue, next: { ...red, weight: 50 } }],
  ])('does not count a share when %s', (_, seen) => {
    expect(to(10, seen)).toEqual({ write: { fence: 5, live: blue, next: { ...green, weight: 10 } } });
  });

  it('is done when the release has everything, and takes back what another one still shares', () => {
    expect(to(10, { fence: 5, live: green })).toEqual({ leave: { fence: 5, live: green } });
    const shared = { fence: 4, live: green, next: { ...red, weight: 10 } };
    expect(to(10, shared)).toEqual({ write: { fence: 5, live: green } });
  });

  it.each([
    ['red', 'nothing', { fence: 4, live: red }, nothing],
    ['nothing', 'blue', { fence: 4 }, before],
    ['red', 'blue', { fence: 4, live: red }, before],
  ])('stops when %s serves, and %s did', (is, was, seen, wasLive) => {
    expect(to(10, seen, wasLive)).toMatchObject({
      outcome: 'failed',
      code: 'POINTER_MOVED',
      reason: `${was} was live, now it is ${is}`,
    });
  });

  it('writes anew what another deployment wrote, though it says what is wanted: the read may be an old one', () => {
    expect(to(10, { fence: 4, live: green })).toEqual({ write: { fence: 5, live: green } });
  });

  it('leaves the pointer to a newer deployment, and not to one of the same number', () => {
    expect(to(100, { fence: 6, live: blue })).toBe('held');
    expect(to(100, { fence: 5, live: blue })).toEqual({ write: { fence: 5, live: green } });
  });
});

describe('rolling back', () => {
  const back = (seen: Pointer, was: Live = before) => rollbackMove(seen, green, was, lease);

  it('gives everything to what was live, under its own fence', () => {
    expect(back({ fence: 4, live: blue, next: { ...green, weight: 10 } })).toEqual({ write: { fence: 5, live: blue } });
    expect(back({ fence: 4, live: blue })).toEqual({ write: { fence: 5, live: blue } });
  });

  it('leaves with whom it is what somebody else has moved meanwhile', () => {
    expect(back({ fence: 4, live: red })).toEqual({ write: { fence: 5, live: red } });
    expect(back({ fence: 4 })).toEqual({ write: { fence: 5 } });
  });

  it('takes the site offline where nothing was live', () => {
    expect(back({ fence: 4, live: green }, nothing)).toEqual({ write: { fence: 5 } });
  });

  it('is done when it is so already', () => {
    expect(back({ fence: 5, live: blue })).toEqual({ leave: { fence: 5, live: blue } });
    expect(back({ fence: 5 }, nothing)).toEqual({ leave: { fence: 5 } });
  });

  it('leaves the pointer to a newer deployment', () => {
    expect(back({ fence: 6, live: green })).toBe('held');
  });

  it.each([
    ['was not kept', { release: 'blue', weights: {}, fence: 4 }],
    ['cannot be read', { release: 'blue', weights: {}, fence: 4, pointer: 'x' }],
    ['was offline', { ...before, pointer: String(encodePointer({ fence: 4 })) }],
  ])('fails where something was live whose pointer %s', (_, was) => {
    expect(back({ fence: 4, live: green }, was)).toMatchObject({
      outcome: 'failed',
      code: 'POINTER_UNKNOWN',
      reason: 'how blue was served is not known',
    });
  });
});
