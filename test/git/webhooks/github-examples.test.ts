import examples from '@octokit/webhooks-examples/api.github.com/index.json' with { type: 'json' };
import type { Told } from '../../../shared/git/told.ts';
import { delivery, reader, SECRET } from './deliveries.ts';

const github = reader('github');
const all = examples.flatMap(({ name, examples: payloads }) => payloads.map((payload: unknown) => ({ name, payload })));
const read = all.map(({ name, payload }) => ({ name, payload, ...github.read(delivery('github', name, payload)) }));
const told = (name: string): Told[] => read.filter((one) => one.name === name).flatMap((one) => one.told);

function counted(values: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

describe('webhook: the payloads that GitHub documents', () => {
  it('are 329, each signed and each read as one thing that is no fault', () => {
    expect(read).toHaveLength(329);
    for (const one of read) {
      expect(github.isSigned(delivery('github', one.name, one.payload), [SECRET])).toBe(true);
      expect(one.told).toEqual([expect.not.objectContaining({ told: 'fault' })]);
    }
  });

  it('are so many pushes, pull requests and pings, and nothing for us in all others', () => {
    expect(counted(read.map((one) => one.told[0]?.told ?? 'nothing'))).toEqual({
      push: 3,
      'pull-request': 9,
      ping: 4,
      ignored: 313,
    });
    expect(counted(told('push').map((one) => one.told))).toEqual({ push: 3, ignored: 4 });
    expect(counted(told('ping').map((one) => one.told))).toEqual({ ping: 4 });
    expect(counted(told('pull_request').map((one) => (one.told === 'pull-request' ? one.change : one.told)))).toEqual({
      opened: 6,
      changed: 1,
      closed: 2,
      ignored: 20,
    });
  });

  it('name their repository wherever they are of one', () => {
    const named = ({ payload }: { payload: unknown }) => JSON.stringify(payload).includes('"repository":{');
    expect(read.filter((one) => one.repository === undefined && named(one)).map((one) => one.name)).toEqual([]);
    expect(read.find((one) => one.name === 'push')?.repository).toBe('github.com/Codertocat/Hello-World');
  });

  it('say of a push which branch or tag points where', () => {
    const commit = '6113728f27ae82c7b1a177c8d03f9e96e0adf246';
    const by = 'Codertocat';
    expect(told('push').filter((one) => one.told === 'push')).toEqual([
      {
        told: 'push',
        ref: { kind: 'tag', name: 'simple-tag' },
        commit,
        forced: false,
        message: 'Adding a .gitignore file',
        by,
      },
      {
        told: 'push',
        ref: { kind: 'branch', name: 'master' },
        commit,
        forced: false,
        message: 'Initial commit',
        by,
      },
      {
        told: 'push',
        ref: { kind: 'branch', name: 'master' },
        commit,
        forced: false,
        message: 'Initial commit',
        by,
      },
    ]);
  });

  it.each([
    ['create', 5, /the push .* tells the same/],
    ['delete', 4, /the push .* tells the same/],
    ['release', 13, /deploys by its tag/],
    ['star', 3, /“star” says nothing/],
    ['workflow_run', 5, /“workflow_run” says nothing/],
  ])('say of each %s why nothing follows', (name, count, why) => {
    expect(told(name)).toEqual(Array(count).fill({ told: 'ignored', why: expect.stringMatching(why) }));
  });

  it('say of a repository that has another name or owner that it is to be connected anew', () => {
    const moved = told('repository').filter((one) => one.told === 'ignored' && one.why.includes('connect it anew'));
    expect(moved).toHaveLength(4);
    expect(told('repository')).toHaveLength(13);
  });
});
