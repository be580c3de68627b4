import type { MigrationView } from '../../shared/api.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
beforeEach(() => {
  desk.aws.asked.length = 0;
});
afterAll(() => desk.close());

const RELEASE = 'abcdef0123'.repeat(2);
const FAILED: MigrationView = {
  release: RELEASE,
  status: 'failed',
  at: '2026-01-05T12:00:00.000Z',
  deployment: 'acme-shop_production_20260105T115900Z-0123456789ab',
  command: ['flask', 'db', 'upgrade'],
  exitCode: 3,
  snapshot: 'pilotage-acme-shop-production-20260105t115900z-0123456789ab',
  log: ['migrating', 'no \u001b[31mtable'],
  more: 'https://console.example.com/log',
  todo: 'look at the database',
};

describe('pilot migrate', () => {
  it.each([[[]], [['--status']]])(
    'shows what became of the migrations, without control characters %j',
    async (flags) => {
      desk.aws.api = () => ({ ok: true, answer: [FAILED] });
      const { exit, out } = await desk.type('migrate', 'acme-shop', ...flags);
      expect([exit, out.split('\n').slice(0, 7)]).toEqual([
        0,
        [
          `${RELEASE}  failed  2026-01-05 12:00:00`,
          '  ran        flask db upgrade',
          '  exit code  3',
          '  snapshot   pilotage-acme-shop-production-20260105t115900z-0123456789ab',
          '  to do      look at the database',
          '  log        https://console.example.com/log',
          '  | migrating',
        ],
      ]);
      expect(out).not.toContain('\u001b[31m');
      expect(desk.aws.asked).toEqual([{ action: 'migrations', pilot: 'acme-shop', environment: 'production' }]);
    },
  );

  it('shows the version, and the command that migrated back with what that wrote', async () => {
    const one = { ...FAILED, status: 'revert-failed' as const, version: '0042', down: ['flask', 'db', 'downgrade'] };
    desk.aws.api = () => ({
      ok: true,
      answer: [
        { ...one, ranBack: true },
        { ...one, status: 'done' },
        { ...one, status: 'reverted', goneWith: 'f' },
      ],
    });
    const { out } = await desk.type('migrate', 'acme-shop');
    const told = out.split('\n\n').map((text) => text.split('\n').slice(1, 4));
    expect(told).toEqual([
      ['  version    0042', '  ran        flask db upgrade', '  ran back   flask db downgrade'],
      ['  version    0042', '  ran        flask db upgrade', '  exit code  3'],
      ['  version    0042', '  ran        flask db upgrade', '  exit code  3'],
    ]);
  });

  it.each([
    [[FAILED, { ...FAILED, release: 'b'.repeat(20), todo: undefined }], RELEASE, `expected --release ${RELEASE})`],
    [[FAILED, { ...FAILED, release: 'b'.repeat(20) }], 'several migrations', `one of ${RELEASE}, ${'b'.repeat(20)})`],
    [[{ ...FAILED, todo: undefined }], 'no migration waits', '--release as well'],
  ])('settles none that is not named, and names what waits for a word %#', async (answer, message, expected) => {
    desk.aws.api = () => ({ ok: true, answer });
    const { exit, err } = await desk.type('migrate', 'acme-shop', '--settle', 'done');
    expect([exit, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).toContain(expected);
    expect(desk.aws.asked).toEqual([{ action: 'migrations', pilot: 'acme-shop', environment: 'production' }]);
  });

  it('says what both answers mean where one has to be named, as the api tells it', async () => {
    const todo = 'look at the database (done: it is as before; again: all is still there)';
    desk.aws.api = () => ({ ok: true, answer: [{ ...FAILED, status: 'revert-failed', todo }] });
    expect((await desk.type('migrate', 'acme-shop', '--settle', 'done')).err).toContain(todo);
  });

  it('explains both answers, of a migration and of one that was to be taken back', async () => {
    const { out } = await desk.type('migrate', '--help');
    expect(out).toMatch(/done {3}all of the migration is in .*\n +again {2}nothing of it is/);
    expect(out).toMatch(
      /revert-failed:\n +done {3}the database is as before .*\n +again {2}all of the migration is still/,
    );
  });

  it('says so where there are none', async () => {
    desk.aws.api = () => ({ ok: true, answer: [] });
    expect(await desk.type('migrate', 'acme-shop', '--env', 'staging')).toMatchObject({
      exit: 0,
      out: 'acme-shop in staging has no migrations\n',
    });
  });

  it('tells programs all of it', async () => {
    desk.aws.api = () => ({ ok: true, answer: [FAILED] });
    const { out } = await desk.type('migrate', 'acme-shop', '--json');
    expect(JSON.parse(out)).toMatchObject({ migrations: [{ ...FAILED, log: expect.any(Array) }] });
  });

  it('settles one in the caller’s name', async () => {
    desk.aws.api = () => ({ ok: true, answer: { ...FAILED, status: 'done' } });
    const { exit, out } = await desk.type('migrate', 'acme-shop', '--settle', 'done', '--release', 'abcdef');
    expect([exit, out]).toEqual([0, expect.stringContaining(`${RELEASE}  done`)]);
    expect(desk.aws.asked).toEqual([
      {
        action: 'settle',
        pilot: 'acme-shop',
        environment: 'production',
        release: 'abcdef',
        as: 'done',
        requestedBy: expect.any(String),
      },
    ]);
  });

  it.each([
    [['--release', 'abcdef'], '--settle'],
    [['--settle', 'maybe', '--release', 'abcdef'], 'maybe'],
  ])('takes no half of a question: %j', async (words, said) => {
    const { exit, err } = await desk.type('migrate', 'acme-shop', ...words);
    expect([exit, err]).toEqual([2, expect.stringContaining(said)]);
    expect(desk.aws.asked).toEqual([]);
  });

  it('is refused as the api refuses it', async () => {
    desk.aws.api = () => ({ ok: false, code: 'NOTHING_TO_SETTLE', message: 'it is done' });
    const { exit, err } = await desk.type('migrate', 'acme-shop', '--settle', 'again', '--release', 'abcdef');
    expect([exit, err]).toEqual([2, expect.stringContaining('NOTHING_TO_SETTLE')]);
  });
});
