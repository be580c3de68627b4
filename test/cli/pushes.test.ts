import type { PushedDeployment, PushView } from '../../shared/api.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
beforeEach(() => {
  desk.aws.asked.length = 0;
  desk.screen = {};
});
afterAll(() => desk.close());

let made = 0;
const push = (more: Partial<PushView> = {}): PushView => ({
  id: `0123456789ab-20261121T015715Z-00000000000${made++}`,
  ...{ repository: 'github.com/acme/shop', ref: { kind: 'branch', name: 'main' }, commit: '1'.repeat(40), by: 'ada' },
  ...{ at: '2026-11-21T01:57:15.000Z', via: 'webhook', state: 'read' },
  ...more,
});
const answers = (...pushes: PushView[]) => {
  desk.aws.api = () => ({ ok: true, answer: pushes });
};
const lines = (out: string) => out.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));
const BEGIN = '2026-11-21 01:57:15 | github.com/acme/shop';
const DEPLOYMENT = 'acme-shop_staging_20261121T015715Z-3f9a1c2e4b5d';

describe('webhook connect: pilot pushes', () => {
  it('shows when, what, by whom, how it was heard of, and what became of it', async () => {
    answers(
      push({ state: 'pending', via: 'poll' }),
      push({
        outcome: { kind: 'deployments', deployments: [DEPLOYMENT] },
        pilots: [
          { pilot: 'acme-shop', manifest: 'pilot.yaml', environment: 'staging', deployment: DEPLOYMENT },
          { pilot: 'acme-wiki', manifest: 'wiki/pilot.yaml', reason: 'nothing was changed in wiki/**' },
        ],
      }),
      push({ ref: { kind: 'tag', name: 'v1' }, outcome: { kind: 'superseded', by: '2'.repeat(40) } }),
      push({ outcome: { kind: 'ignored', reason: 'the commit’s message says [skip deploy]' } }),
    );
    const { exit, out } = await desk.type('pushes');
    expect(exit).toBe(0);
    expect(lines(out)).toEqual([
      'RECORDED (UTC) | REPOSITORY | REF | COMMIT | BY | VIA | WHAT BECAME OF IT',
      `${BEGIN} | main | 111111111111 | ada | poll | not read yet`,
      `${BEGIN} | main | 111111111111 | ada | webhook | acme-shop staging 3f9a1c2e4b5d; not deployed: nothing was changed in wiki/**`,
      `${BEGIN} | tag v1 | 111111111111 | ada | webhook | superseded by 222222222222`,
      `${BEGIN} | main | 111111111111 | ada | webhook | ignored: the commit’s message says [skip deploy]`,
      '',
    ]);
    expect(desk.aws.asked).toEqual([{ action: 'pushes', most: 20 }]);
  });

  it('shows what was wrong with a manifest, with the line', async () => {
    const problem = {
      ...{ code: 'MANIFEST_VALUE', message: 'target cannot be magic', hint: 'static is one' },
      place: { file: 'pilot.yaml', line: 3, column: 9 },
    };
    answers(push({ outcome: { kind: 'failed', problems: [problem] } }));
    const { out } = await desk.type('pushes');
    expect(out).toContain('failed: MANIFEST_VALUE');
    expect(out).toContain(
      'github.com/acme/shop main at 111111111111:\n  pilot.yaml:3:9 MANIFEST_VALUE target cannot be magic\n    → static is one',
    );
  });

  it('of one repository asks for as many as are wished, and gives programs all that is known', async () => {
    const one = push();
    answers(one);
    const { out } = await desk.type('pushes', 'acme/shop', '-n', '5', '--json');
    expect(JSON.parse(out)).toEqual({ ok: true, pushes: [one] });
    expect(desk.aws.asked).toEqual([{ action: 'pushes', repository: 'acme/shop', most: 5 }]);
  });

  it('tells one that went live from one that failed, and where to read of that', async () => {
    const one = (environment: string, last: string) => `acme-blog_${environment}_20261121T015715Z-${last}`;
    const [live, failed, rejected] = [
      one('production', 'ac4700000001'),
      one('production', 'ac4700000002'),
      one('staging', 'ac4700000003'),
    ];
    const [running, superseded, unknown] = ['4', '5', '6'].map((last) => one('production', `ac470000000${last}`));
    const ids = [live, failed, rejected, running, superseded, unknown] as string[];
    const deployments = [
      { id: live, status: 'succeeded' },
      { id: failed, status: 'failed', step: 'Build' },
      { id: rejected, status: 'rejected', step: 'Validate' },
      { id: running, status: 'running', step: 'Shift' },
      { id: superseded, status: 'superseded', step: 'Queue' },
    ];
    const shown = push({ outcome: { kind: 'deployments', deployments: ids } });
    answers({ ...shown, deployments: deployments as PushedDeployment[] });
    const { out } = await desk.type('pushes');
    expect(out.split('\n')[1]).toMatch(
      new RegExp(
        `${[
          'acme-blog production ac4700000001 live',
          'acme-blog production ac4700000002 ✖ failed at Build',
          'acme-blog staging ac4700000003 ✖ rejected at Validate',
          'acme-blog production ac4700000004 running at Shift',
          'acme-blog production ac4700000005 superseded',
          'acme-blog production ac4700000006',
        ].join('; ')}$`,
      ),
    );
    expect(out.match(/→ .*/g)).toEqual([
      '→ pilot history acme-blog ac4700000002',
      '→ pilot history acme-blog ac4700000003 --env staging',
    ]);
  });

  it('says what to do where there is none', async () => {
    answers();
    expect((await desk.type('pushes', 'acme/shop')).out).toContain('pilot connect test acme/shop');
  });

  it.each([
    ['no', [], /No repository is connected\. .* 400 days\.\n {2}→ .*pilot pushes HOST\/OWNER\/NAME\n$/],
    ['one', ['github.com/acme/shop'], /→ .*: pilot connect test github\.com\/acme\/shop\n$/],
    ['more than one', ['github.com/acme/shop', 'github.com/acme/wiki'], /→ .*: pilot connect list\n$/],
  ])('where %s repository is connected and nothing was pushed, says what can be done', async (_, connected, says) => {
    const all = connected.map((repository) => ({ repository }));
    desk.aws.api = ({ action }) => ({ ok: true, answer: action === 'connections' ? all : [] });
    const { exit, out } = await desk.type('pushes');
    expect([exit, out]).toEqual([0, expect.stringMatching(says)]);
  });

  it('understands an address that was copied', async () => {
    answers(push());
    for (const copied of [
      'https://github.com/acme/shop.git',
      'git@github.com:acme/shop.git',
      'github.com/acme/shop.git',
    ])
      await desk.type('pushes', copied);
    expect(desk.aws.asked).toEqual(Array(3).fill({ action: 'pushes', repository: 'github.com/acme/shop', most: 20 }));
  });

  it('tells in its help what keeps a commit from being deployed', async () => {
    expect((await desk.type('pushes', '--help')).out).toContain('[skip deploy] deploys nothing');
  });

  it('of a repository that nobody knows ends with 2', async () => {
    desk.aws.api = () => ({ ok: false, code: 'REPOSITORY_UNKNOWN', message: 'no repository acme/shop is connected' });
    expect(await desk.type('pushes', 'acme/shop')).toMatchObject({ exit: 2, out: '' });
  });

  it.each([[['-n', '101']], [['-n', '0']], [['https://github.com/acme']]])(
    '%j: ends with 2 and asks nothing',
    async (args) => {
      expect((await desk.type('pushes', ...args)).exit).toBe(2);
      expect(desk.aws.asked).toEqual([]);
    },
  );

  it('has colours on a terminal alone, and fits into it', async () => {
    answers(push({ outcome: { kind: 'ignored', reason: 'x'.repeat(200) } }));
    expect((await desk.type('pushes')).out).not.toContain('\u001b');
    desk.screen = { isTTY: true, columns: 80 };
    const { out } = await desk.type('pushes');
    expect(out).toContain('\u001b');
    expect(out.split('\n')[1]).toHaveLength(80);
  });
});
