import fc from 'fast-check';
import { aggregate, isWithin, sharedBy } from '../../shared/edge/aggregate.ts';
import { type Block, textOf } from '../../shared/edge/cidr.ts';
import { type Changes, type Front, type Group, type Rule, reconcile, usedOf } from '../../shared/edge/reconcile.ts';
import { block, blocks, smallBlocks, sorted } from './blocks.ts';
import { anyFront, foreign, fullOf, openOf, our, PORT, statesOf } from './door.ts';

const front = (groups: readonly Group[], allowed = 60): Front => ({ groups, port: PORT, allowed });
const group = (id: string, ...rules: Rule[]): Group => ({ id, rules });

function changesOf(desired: readonly Block[], at: Front): Changes {
  const changes = reconcile(desired, at);
  if ('code' in changes) throw new Error(changes.message);
  return changes;
}

/** So many blocks that stay apart when they are aggregated. */
const many = (count: number, byte = 0) => Array.from({ length: count }, (_, at) => block(`13.${byte}.${at}.0/25`));

describe('the groups of a load balancer', () => {
  test('are filled where they are empty, in one call each', () => {
    expect(reconcile(blocks('13.32.0.0/15', '2600:9000:5200::/40'), front([group('a'), group('b')]))).toEqual({
      add: [{ group: 'a', blocks: blocks('13.32.0.0/15', '2600:9000:5200::/40') }],
      remove: [],
    });
  });

  test('share what one alone cannot hold, in their order', () => {
    const groups = ['a', 'b', 'c', 'd', 'e'].map((id) => group(id));
    const { add } = changesOf(many(156), front(groups));
    expect(add.map(({ group, blocks }) => [group, blocks.length])).toEqual([
      ['a', 60],
      ['b', 60],
      ['c', 36],
    ]);
  });

  test('count each family by itself', () => {
    const ipv6 = Array.from({ length: 3 }, (_, at) => block(`2600:9000:${at}::/48`));
    const { add } = changesOf([...many(3), ...ipv6], front([group('a')], 3));
    expect(add.map(({ blocks }) => blocks.length)).toEqual([6]);
  });

  test('keep what is right, wherever it is and however it is written, and change the rest', () => {
    const groups = [
      group('a', our('1', '13.32.0.0/15'), our('2', '13.35.0.0/16')),
      group('b', our('3', '2600:9000:0DDD:0:0:0:0:0/48')),
    ];
    const desired = blocks('13.32.0.0/15', '52.46.0.0/18', '2600:9000:ddd::/48');
    expect(reconcile(desired, front(groups))).toEqual({
      add: [{ group: 'a', blocks: blocks('52.46.0.0/18') }],
      remove: [{ group: 'a', rules: ['2'] }],
    });
  });

  test('lose a second rule of ours for what another one lets in', () => {
    const groups = [group('a', our('1', '13.32.0.0/15')), group('b', our('2', '13.32.0.0/15'))];
    expect(reconcile(blocks('13.32.0.0/15'), front(groups))).toEqual({
      add: [],
      remove: [{ group: 'b', rules: ['2'] }],
    });
  });

  test('are not given what somebody else has let in already, since AWS refuses a second rule', () => {
    const groups = [group('a', foreign('1', '13.32.0.0/15'))];
    expect(reconcile(blocks('13.32.0.0/15'), front(groups))).toEqual({ add: [], remove: [] });
    const ipv6 = [group('a', foreign('1', '2600:9000:0DDD:0:0:0:0:0/48'))];
    expect(reconcile(blocks('2600:9000:ddd::/48'), front(ipv6))).toEqual({ add: [], remove: [] });
  });

  test.each<[string, Partial<Rule>]>([
    ['another port', { fromPort: 80, toPort: 80 }],
    ['more ports', { fromPort: 0, toPort: 65_535 }],
    ['more ports from that one on', { toPort: 8443 }],
    ['UDP', { protocol: 'udp' }],
  ])('get a rule of their own beside one for %s, which goes where it is ours', (_, other) => {
    for (const ours of [true, false]) {
      const groups = [group('a', { ...our('1', '13.32.0.0/15'), ours, ...other })];
      expect(reconcile(blocks('13.32.0.0/15'), front(groups))).toEqual({
        add: [{ group: 'a', blocks: blocks('13.32.0.0/15') }],
        remove: ours ? [{ group: 'a', rules: ['1'] }] : [],
      });
    }
  });
});

describe('the quota', () => {
  test('is looked at before anything is changed: what comes must fit in beside what goes', () => {
    const groups = [group('a', ...many(4).map((one, at) => our(`${at}`, textOf(one))))];
    expect(reconcile(many(2, 1), front(groups, 6))).toMatchObject({ add: [{ group: 'a' }], remove: [{ group: 'a' }] });
    expect(reconcile(many(3, 1), front(groups, 6))).toMatchObject({
      code: 'EDGE_QUOTA',
      message: '3 more IPv4 rules do not fit into a, which may have 6 of them: there is room for 2',
    });
  });

  test('counts the rules that others have made, and says so', () => {
    expect(reconcile(many(1), front([fullOf('a', 60)]))).toMatchObject({
      code: 'EDGE_QUOTA',
      message:
        '1 more IPv4 rules do not fit into a, which may have 60 of them: there is room for 0, and 60 were made by others',
      hint: expect.stringMatching(/^(?!.*vpc-origin).*; no rule was changed$/),
    });
    const ipv6 = blocks('2600:9000:5200::/40');
    expect(reconcile(ipv6, front([fullOf('a', 60)]))).toMatchObject({ add: [{ group: 'a', blocks: ipv6 }] });
  });

  test('of a group that is full is passed over where another has room', () => {
    const { add } = changesOf(many(2), front([fullOf('a', 59), fullOf('b', 60), group('c')]));
    expect(add.map(({ group, blocks }) => [group, blocks.length])).toEqual([
      ['a', 1],
      ['c', 1],
    ]);
  });

  test('counts a prefix list as its size, and a group in both families', () => {
    const list: Rule = { id: '1', protocol: 'tcp', fromPort: PORT, toPort: PORT, ours: false, weight: { 4: 55, 6: 0 } };
    const peer: Rule = { ...list, id: '2', weight: { 4: 1, 6: 1 } };
    expect(changesOf(many(4), front([group('a', list, peer)])).add).toHaveLength(1);
    expect(reconcile(many(5), front([group('a', list, peer)]))).toMatchObject({ code: 'EDGE_QUOTA' });
    const ipv6 = Array.from({ length: 60 }, (_, at) => block(`2600:9000:${at.toString(16)}::/48`));
    expect(reconcile(ipv6, front([group('a', list, peer)]))).toMatchObject({
      message: expect.stringContaining('60 more IPv6 rules do not fit into a'),
    });
  });

  test('that was lowered stops what would be added, and nothing that is only removed', () => {
    const groups = [group('a', ...many(50).map((one, at) => our(`${at}`, textOf(one))))];
    expect(reconcile([...many(50), ...many(1, 1)], front(groups, 40))).toMatchObject({
      code: 'EDGE_QUOTA',
      message: '1 more IPv4 rules do not fit into a, which may have 40 of them: there is room for 0',
    });
    expect(changesOf(many(45), front(groups, 40))).toEqual({
      add: [],
      remove: [{ group: 'a', rules: ['45', '46', '47', '48', '49'] }],
    });
  });

  test('that was raised makes room', () => {
    const groups = [group('a', ...many(50).map((one, at) => our(`${at}`, textOf(one))))];
    expect(changesOf([...many(50), ...many(50, 1)], front(groups, 100)).add[0]?.blocks).toHaveLength(50);
  });
});

describe('whatever the groups hold and are to hold', () => {
  const desired = smallBlocks.map(aggregate);
  /** With what becomes of it, where that is not refused. */
  const course = (want: readonly Block[], at: Front, told: (changes: Changes, states: Group[][]) => void) => {
    const changes = reconcile(want, at);
    if (!('code' in changes)) told(changes, statesOf(at.groups, changes));
  };
  const always = (told: (want: Block[], at: Front) => void) =>
    fc.assert(fc.property(desired, anyFront, told), { numRuns: 300 });

  test('no call ever leaves less open than the old and the new share', () => {
    always((want, at) =>
      course(want, at, (_, states) => {
        const shared = sharedBy(openOf(at.groups), want);
        for (const state of states) expect(isWithin(shared, openOf(state))).toBe(true);
      }),
    );
  });

  test('no call ever opens what neither the old nor the new has', () => {
    always((want, at) =>
      course(want, at, (_, states) => {
        const either = [...openOf(at.groups), ...want];
        for (const state of states) expect(isWithin(openOf(state), either)).toBe(true);
      }),
    );
  });

  test('at the end each block is let in once, by us or by others, and the rules of others are as they were', () => {
    always((want, at) =>
      course(want, at, (_, states) => {
        const end = states.at(-1) ?? [];
        const ours = end.map((one) => group(one.id, ...one.rules.filter((rule) => rule.ours)));
        const others = end.map((one) => group(one.id, ...one.rules.filter((rule) => !rule.ours)));
        const theirs = new Set(openOf(others).map(textOf));
        const kept = want.map(textOf).filter((text) => !theirs.has(text));
        const all = ours.flatMap(({ rules }) => rules);
        expect(
          sorted(
            openOf(ours)
              .map(textOf)
              .filter((text) => !theirs.has(text)),
          ),
        ).toEqual(sorted(kept));
        expect(new Set(openOf(ours).map(textOf)).size).toBe(all.length);
        expect(isWithin(openOf(ours), want)).toBe(true);
        expect(others.map(({ rules }) => rules)).toEqual(
          at.groups.map(({ rules }) => rules.filter((rule) => !rule.ours)),
        );
      }),
    );
  });

  test('no group ever has more rules of a family than it may, or than it had', () => {
    always((want, at) =>
      course(want, at, (_, states) => {
        for (const state of states)
          for (const [index, one] of state.entries())
            for (const family of [4, 6] as const) {
              const before = usedOf(at.groups[index] as Group, family);
              expect(usedOf(one, family)).toBeLessThanOrEqual(Math.max(at.allowed, before));
            }
      }),
    );
  });

  test('a second look finds nothing to do, and one after any call that was cut off finds the rest', () => {
    always((want, at) =>
      course(want, at, (_, states) => {
        const end = states.at(-1) ?? [];
        expect(reconcile(want, { ...at, groups: end })).toEqual({ add: [], remove: [] });
        for (const state of states) {
          const [rest] = statesOf(state, changesOf(want, { ...at, groups: state })).slice(-1);
          expect(aggregate(openOf(rest ?? []))).toEqual(aggregate(openOf(end)));
        }
      }),
    );
  });

  test('it takes one call a group for what comes, and one for what goes, none of them empty', () => {
    always((want, at) =>
      course(want, at, ({ add, remove }) => {
        for (const all of [add, remove]) expect(new Set(all.map(({ group }) => group)).size).toBe(all.length);
        expect(add.filter(({ blocks }) => blocks.length === 0)).toEqual([]);
        expect(remove.filter(({ rules }) => rules.length === 0)).toEqual([]);
      }),
    );
  });

  test('it is refused exactly where what is missing has no room', () => {
    always((want, at) => {
      const open = new Set(openOf(at.groups).map(textOf));
      const isTooMuch = ([4, 6] as const).some((family) => {
        const missing = want.filter((one) => one.family === family && !open.has(textOf(one)));
        const room = at.groups.map((one) => Math.max(0, at.allowed - usedOf(one, family)));
        return missing.length > room.reduce((sum, one) => sum + one, 0);
      });
      expect('code' in reconcile(want, at)).toBe(isTooMuch);
    });
  });
});
