import { changedTags } from '../../../local/beanstalk/tags.ts';
import type { TagChange } from '../../../shared/aws/beanstalk-applications.ts';
import { announcing, isUnderWay, markOf, retracting, SWAP_MS } from '../../../shared/targets/beanstalk/mark.ts';

type Tags = Record<string, string>;
const OWNER: Tags = { 'pilotage:pilot': 'acme', 'pilotage:environment': 'production' };
const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 10, 0, second));

/** As Elastic Beanstalk does it, and as it takes it. */
const carriedOut = (tags: Tags, { add, remove }: TagChange): Tags =>
  changedTags(tags, { TagsToAdd: Object.entries(add).map(([Key, Value]) => ({ Key, Value })), TagsToRemove: remove });
const announced = (tags: Tags, fence: number, to?: string, when = at(0)) =>
  carriedOut(tags, announcing(tags, fence, to, when));

describe('an announcement', () => {
  it('tells the fence, the time, and who is to have the address, if anybody', () => {
    expect(markOf(OWNER)).toEqual({ fence: 0 });
    expect(markOf(announced(OWNER, 7))).toEqual({ fence: 7, at: at(0) });
    expect(markOf(announced(OWNER, 7, 'e-1234567890'))).toEqual({ fence: 7, at: at(0), to: 'e-1234567890' });
  });

  it('counts by its number first, which is no text, and then by its time', () => {
    const tags = announced(announced(announced(OWNER, 9, 'e-9', at(30)), 10, 'e-10', at(5)), 10, 'e-11', at(6));
    expect(markOf(tags)).toEqual({ fence: 10, at: at(6), to: 'e-11' });
  });

  it('under the same fence comes after the one that is there, whatever clocks say', () => {
    const tags = announced(announced(OWNER, 3, 'e-green', at(9)), 3, 'e-blue', at(8));
    expect(markOf(tags)).toEqual({ fence: 3, at: new Date(at(9).getTime() + 1), to: 'e-blue' });
  });

  it('is not what somebody else wrote', () => {
    const others = { 'pilotage:fence-x/2026-01-05T10:00:00.000Z': 'e-1', 'pilotage:fence-8/soon': 'e-1', fence: '9' };
    expect(markOf(others)).toEqual({ fence: 0 });
    expect(announcing(others, 1, undefined, at(0)).remove).toEqual([]);
  });
});

describe('an announcement that is carried out late', () => {
  it('lowers no fence', () => {
    const first = announced(OWNER, 2, 'e-green', at(0));
    const late = announcing(first, 3, 'e-blue', at(10));
    const newer = announced(first, 4, undefined, at(60));
    expect(markOf(carriedOut(newer, late))).toEqual({ fence: 4, at: at(60) });
  });

  it('writes over none that came after it under the same fence, nor over what that resolved', () => {
    const late = announcing(OWNER, 2, 'e-green', at(0));
    const newer = announced(OWNER, 2, 'e-blue', at(5));
    const both = carriedOut(newer, late);
    expect(isUnderWay(markOf(both), { id: 'e-green' }, at(6))).toBe(true);
    expect(isUnderWay(markOf(both), { id: 'e-blue' }, at(6))).toBe(false);
  });

  it('holds nobody up, where it is the last one: its swap was never sent', () => {
    const late = carriedOut(OWNER, announcing(OWNER, 2, 'e-green', at(0)));
    const after = (milliseconds: number) => new Date(at(0).getTime() + milliseconds);
    expect(isUnderWay(markOf(late), { id: 'e-blue' }, after(SWAP_MS - 1))).toBe(true);
    expect(isUnderWay(markOf(late), { id: 'e-blue' }, after(SWAP_MS))).toBe(false);
  });

  it('twice changes nothing any more', () => {
    const change = announcing(OWNER, 2, 'e-green', at(0));
    const once = carriedOut(OWNER, change);
    expect(carriedOut(once, change)).toEqual(once);
  });
});

describe('an announcement that is taken back', () => {
  const late = announcing(OWNER, 2, 'e-green', at(0));

  it('is waited for no more', () => {
    const tags = carriedOut(carriedOut(announced(OWNER, 1), late), retracting(late));
    expect(markOf(tags)).toEqual({ fence: 1, at: at(0) });
    expect(tags).toMatchObject(OWNER);
  });

  it('hides no other one, whichever came first: its swap may be under way', () => {
    for (const other of [announcing(OWNER, 2, 'e-blue', at(-1)), announcing(OWNER, 2, 'e-blue', at(1))]) {
      const tags = carriedOut(carriedOut(carriedOut(OWNER, late), other), retracting(late));
      expect(isUnderWay(markOf(tags), { id: 'e-green' }, at(2))).toBe(true);
    }
  });
});

describe('the tags of announcements', () => {
  it('stay few, and leave all others alone', () => {
    let tags = { ...OWNER, team: 'web' } as Tags;
    for (let fence = 1; fence <= 200; fence += 1) tags = announced(tags, fence, 'e-1234567890', at(fence % 60));
    expect(Object.keys(tags)).toHaveLength(3 + 2);
    expect(tags).toMatchObject({ ...OWNER, team: 'web' });
  });

  it('go one after the other: the one that counted is kept, should only a part of the change be done', () => {
    const tags = announced(announced(OWNER, 1), 2, 'e-green', at(1));
    const { remove } = announcing(tags, 3, 'e-blue', at(2));
    expect(remove).toHaveLength(1);
    expect(markOf(changedTags(tags, { TagsToRemove: remove }))).toEqual({ fence: 2, at: at(1), to: 'e-green' });
  });

  it('that came late go with the next one', () => {
    const late = announcing(OWNER, 1, 'e-green', at(0));
    const tags = carriedOut(announced(announced(OWNER, 2, undefined, at(1)), 3, undefined, at(2)), late);
    expect(Object.keys(announced(tags, 4, undefined, at(3)))).toHaveLength(2 + 2);
  });
});
