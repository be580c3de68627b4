import { ID, running, STRAIGHT, succeeded } from './support/deployments.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await setDesk();
});
afterEach(() => desk.close());

const trigger = { kind: 'remove', request: 'r', why: 'asked', requestedBy: 'ada@laptop' } as const;
const gone = () =>
  succeeded({ trigger, facts: { files: 3 }, environment: 'pr12', ending: { status: 'succeeded', serving: null } });
const told = (end: object) => {
  desk.aws.api = ({ action }) => ({
    ok: true,
    answer: action === 'remove' ? { deployment: ID } : action === 'status' ? [STATUS] : end,
  });
};
const STATUS = {
  pilot: 'acme-site',
  environment: 'pr12',
  url: 'https://acme-site--pr12.pilots.example.com/',
  live: { release: '3f9a1c2e4b5d6071aaaa', weights: { '3f9a1c2e4b5d6071aaaa': 100 }, fence: 3 },
};
const REMOVE = ['remove', 'acme-site', '--env', 'pr12'];

describe('pilot remove', () => {
  it('follows to its end, and says how it comes back', async () => {
    told(gone());
    const { exit, out } = await desk.type(...REMOVE, '--confirm', 'acme-site');
    expect(exit).toBe(0);
    expect(out).toContain(`acme-site is removed in pr12\n  as       ${ID}\n`);
    expect(out).toContain('✔ acme-site was removed in pr12');
    expect(out).toContain('→ a push to its pull request makes it anew');
    expect(out).not.toContain('pilot online');
    expect(desk.aws.asked[0]).toEqual({
      action: 'remove',
      pilot: 'acme-site',
      environment: 'pr12',
      requestedBy: expect.stringContaining('@'),
      request: expect.stringMatching(/^20\S+Z\/[0-9a-f-]{36}$/),
    });
  });

  it('without a confirmation shows what would go, removes nothing, and ends with 1', async () => {
    told(gone());
    const { exit, out } = await desk.type(...REMOVE);
    expect(exit).toBe(1);
    expect(out).toBe(
      'acme-site in pr12, at https://acme-site--pr12.pilots.example.com/: release 3f9a1c2e4b5d6071aaaa serves\n\n' +
        'Nothing was removed. To remove it:\n  pilot remove acme-site --confirm acme-site --env pr12\n',
    );
    expect(desk.aws.asked.map(({ action }) => action)).toEqual(['status']);
  });

  it.each([
    ['the confirmation names another pilot', [...REMOVE, '--confirm', 'acme-shop'], 'NOT_CONFIRMED'],
    ['it is no preview', ['remove', 'acme-site', '--env', 'staging', '--confirm', 'acme-site'], 'REMOVE_ONLY_PREVIEWS'],
    ['no environment is named', ['remove', 'acme-site', '--confirm', 'acme-site'], 'REMOVE_ONLY_PREVIEWS'],
  ])('asks for nothing where %s', async (_, words, code) => {
    const { exit, out } = await desk.type(...words, '--json');
    expect([exit, JSON.parse(out).problems[0].code, desk.aws.asked]).toEqual([2, code, []]);
  });

  it('tells programs which deployment it is, and leaves it where that is wanted', async () => {
    told(gone());
    const { exit, out } = await desk.type(...REMOVE, '--confirm', 'acme-site', '--no-follow', '--json');
    expect([exit, JSON.parse(out)]).toEqual([0, { ok: true, deployment: ID, pilot: 'acme-site', environment: 'pr12' }]);
  });

  it('that fails says that a part of it is gone, and how the rest goes', async () => {
    const failure = { step: 'RemoveStack', outcome: 'failed', code: 'STACK_STUCK', reason: 'it is in use' } as const;
    told({
      ...running(STRAIGHT),
      ...{ trigger, environment: 'pr12', status: 'failed', finishedAt: '2026-11-21T02:00:00Z', failure },
      ending: { status: 'failed', serving: null, failure },
    });
    const { exit, out } = await desk.type(...REMOVE, '--confirm', 'acme-site');
    expect(exit).toBe(1);
    expect(out).toContain('could not be removed in pr12 at RemoveStack');
    expect(out).toContain('nothing: a part of it is gone already');
    expect(out).toContain('remove what is left of it: pilot retry acme-site --env pr12');
  });
});
