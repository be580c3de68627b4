import type { ApiAnswers, ApiRequest } from '../../shared/api.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
beforeEach(() => {
  desk.aws.asked.length = 0;
});
afterAll(() => desk.close());

const hoursAgo = (count: number) => Date.now() - count * 3_600_000;
const TOKEN = Math.floor(hoursAgo(72) / 1000);
const [ONE, OTHER] = ['sg-0123456789abcdef0', 'sg-0123456789abcdef1'];
const usual = { service: 'CLOUDFRONT_ORIGIN_FACING' as const, ipv6: true, lists: [] as string[], port: 443 };
const VIEW: ApiAnswers['edge'] = {
  list: { token: TOKEN, readAt: new Date(hoursAgo(5)).toISOString() },
  pilots: [
    {
      ...{ pilot: 'acme-shop', environment: 'production', mode: 'rules', ...usual, groups: [ONE, OTHER], token: TOKEN },
      uses: [
        { id: ONE, ipv4: 44, ipv6: 5, allowed: 60 },
        { id: OTHER, ipv4: 0, ipv6: 0, allowed: 60 },
      ],
      drift: {
        missing: [{ group: ONE, cidrs: ['3.172.0.0/18', '3.173.0.0/18'] }],
        extra: [{ group: ONE, cidrs: ['52.84.0.0/15'] }],
      },
    },
    {
      ...{ pilot: 'acme-wiki', environment: 'staging', mode: 'rules', ...usual, groups: [OTHER], uses: [] },
      trouble: { code: 'EDGE_GROUP_GONE', reason: `there is no group ${OTHER}` },
    },
    { pilot: 'old', environment: 'production', mode: 'vpc-origin', ...usual, groups: [], uses: [] },
  ],
  lists: [{ service: 'CLOUDFRONT', outcome: 'same' }],
};
const SUMMARY: NonNullable<ApiAnswers['edge-synced']['summary']> = {
  ...{ reason: 'asked', token: TOKEN, pilots: 2, changed: 1, failing: 0, mended: 0, failed: [] },
};

/** The run is under way at the first look, and over at the second. */
function answers(summary: object | undefined, status = 'SUCCEEDED'): void {
  let looks = 0;
  desk.aws.api = ({ action }: ApiRequest) => {
    if (action === 'edge') return { ok: true, answer: VIEW };
    if (action === 'edge-sync') return { ok: true, answer: { run: 'asked-1' } };
    looks += 1;
    return { ok: true, answer: looks === 1 ? { status: 'RUNNING' } : { status, ...(summary && { summary }) } };
  };
}

describe('pilot edge status', () => {
  it('shows each group: mode, rules used and allowed, the list’s age, and what differs', async () => {
    answers(SUMMARY);
    const { exit, out } = await desk.type('edge', 'status');
    expect(exit).toBe(0);
    const lines = out.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));
    expect(lines).toEqual([
      'PILOT | ENVIRONMENT | MODE | GROUP | IPV4 | IPV6 | LIST’S AGE | DRIFT',
      `acme-shop | production | rules | ${ONE} | 44/60 | 5/60 | 3 days | 2 missing, 1 too many`,
      `${OTHER} | 0/60 | 0/60 | none`,
      `acme-wiki | staging | rules | ${OTHER} | unknown | unknown | none | unknown`,
      'old | production | vpc-origin',
      'prefix lists of CLOUDFRONT: as they should be',
      'The list that is known is 3 days old; AWS was asked for it 5 h ago.',
      `✖ acme-wiki in staging: EDGE_GROUP_GONE there is no group ${OTHER}`,
      '',
    ]);
    expect(desk.aws.asked).toEqual([{ action: 'edge' }]);
  });

  it('says what is not known where EC2 did not answer in time, once for all', async () => {
    const [one] = VIEW.pilots;
    if (!one) throw new Error('there is no pilot');
    const { drift: _, ...unseen } = one;
    desk.aws.api = () => ({ ok: true, answer: { ...VIEW, pilots: [unseen, { ...unseen, pilot: 'other' }] } });
    const { exit, out } = await desk.type('edge', 'status');
    expect([exit, out.match(/EC2 did not answer in time/g)]).toEqual([0, [expect.anything()]]);
    expect(out).toContain('44/60');
    answers(SUMMARY);
    expect((await desk.type('edge', 'status')).out).not.toContain('in time');
  });

  it('shows how many rules are others’, and which: they stay', async () => {
    const [one] = VIEW.pilots;
    if (!one) throw new Error('there is no pilot');
    const rules = Array.from({ length: 7 }, (_, index) => `tcp ${20 + index} from 0.0.0.0/0 (sgr-${index})`);
    desk.aws.api = () => ({ ok: true, answer: { lists: [], pilots: [{ ...one, others: [{ group: OTHER, rules }] }] } });
    const { out } = await desk.type('edge', 'status');
    expect(out).toMatch(/ {2}none; 7 of others\n/);
    expect(out).toContain(
      `acme-shop in production: 7 rules of ${OTHER} made by others, which stay:\n  tcp 20 from 0.0.0.0/0`,
    );
    expect([out.includes('sgr-4'), out.includes('sgr-5')]).toEqual([true, false]);
    expect(out).toContain('… and 2 more; --json has them all');
  });

  it('of one pilot asks for that alone, and gives it to programs as it is', async () => {
    answers(SUMMARY);
    const { exit, out } = await desk.type('edge', 'status', 'acme-shop', '--env', 'staging', '--json');
    expect([exit, JSON.parse(out)]).toEqual([0, { ok: true, ...VIEW }]);
    expect(desk.aws.asked).toEqual([{ action: 'edge', pilot: 'acme-shop', environment: 'staging' }]);
  });

  it('says what to do where nothing is kept', async () => {
    desk.aws.api = () => ({ ok: true, answer: { pilots: [], lists: [] } });
    expect((await desk.type('edge', 'status')).out).toContain('pilot explain edge');
  });

  it('of a pilot that CloudFront does not reach ends with 2', async () => {
    desk.aws.api = () => ({ ok: false, code: 'EDGE_NONE', message: 'nothing of static was deployed' });
    expect(await desk.type('edge', 'status', 'static')).toMatchObject({ exit: 2, out: '' });
  });
});

describe('pilot edge sync', () => {
  it('starts a run, waits for it, and tells what became of it', async () => {
    answers(SUMMARY);
    const { exit, out } = await desk.type('edge', 'sync', 'acme-shop');
    expect([exit, out]).toEqual([0, '2 pilots looked at, 1 changed, 0 not up to date\n']);
    const [begun, ...looks] = desk.aws.asked;
    expect(begun).toMatchObject({ action: 'edge-sync', pilot: 'acme-shop', requestedBy: expect.any(String) });
    const { request } = begun as { request: string };
    expect(looks).toEqual([
      { action: 'edge-synced', request },
      { action: 'edge-synced', request },
    ]);
  });

  it('says what was changed', async () => {
    const changes = [
      { added: 2, removed: 0 },
      { pilot: 'acme-shop', environment: 'production', added: 1, removed: 3 },
    ];
    answers({ ...SUMMARY, lists: 'changed', changes });
    expect((await desk.type('edge', 'sync')).out.split('\n').slice(1, 3)).toEqual([
      '  the prefix lists: 2 ranges added, 0 removed',
      '  acme-shop in production: 1 rule added, 3 removed',
    ]);
  });

  it.each([
    [
      'a pilot is not up to date',
      { failing: 1, failed: [{ pilot: 'acme', environment: 'ci', code: 'EDGE_QUOTA', reason: 'no room' }] },
      'acme in ci: EDGE_QUOTA no room',
    ],
    [
      'the prefix lists are not',
      { lists: 'failed', failed: [{ code: 'EDGE_QUOTA', reason: 'no room' }] },
      'the prefix lists: EDGE_QUOTA no room',
    ],
    [
      'the list was not taken',
      { refused: { code: 'RANGES_SUSPICIOUS', reason: 'odd', hint: 'look at it' } },
      'RANGES_SUSPICIOUS odd\n  → look at it',
    ],
  ])('ends with 1 where %s', async (_, more, says) => {
    answers({ ...SUMMARY, ...more });
    const { exit, out } = await desk.type('edge', 'sync');
    expect([exit, out]).toEqual([1, expect.stringContaining(says)]);
  });

  it('ends with 1 where the run itself failed', async () => {
    answers(undefined, 'FAILED');
    const { exit, err } = await desk.type('edge', 'sync');
    expect([exit, err]).toEqual([1, expect.stringContaining('EDGE_RUN_FAILED asked-1 ended as FAILED')]);
  });

  it('with --dry-run shows each range that would come and go, and starts nothing', async () => {
    answers(SUMMARY);
    const { exit, out } = await desk.type('edge', 'sync', '--dry-run');
    expect(exit).toBe(0);
    expect(out.split('\n')).toEqual([
      'acme-shop in production',
      `  + ${ONE} 3.172.0.0/18`,
      `  + ${ONE} 3.173.0.0/18`,
      `  - ${ONE} 52.84.0.0/15`,
      `acme-wiki in staging: EDGE_GROUP_GONE there is no group ${OTHER}`,
      '',
    ]);
    expect(desk.aws.asked).toEqual([{ action: 'edge', toSync: true }]);
  });

  it('with --dry-run refuses what a sync would refuse', async () => {
    desk.aws.api = () => ({ ok: false, code: 'EDGE_NONE', message: 'nothing is kept for acme-shop' });
    expect((await desk.type('edge', 'sync', 'acme-shop', '--dry-run')).exit).toBe(2);
  });

  it('with --accept says which list is taken; a token that is none is refused', async () => {
    answers(SUMMARY);
    await desk.type('edge', 'sync', '--accept', String(TOKEN));
    expect(desk.aws.asked[0]).toMatchObject({ action: 'edge-sync', accept: TOKEN });
    answers(SUMMARY);
    const named = await desk.type('edge', 'sync', 'acme-shop', '--accept', String(TOKEN));
    expect(named.out).toContain('counts for all pilots: all were brought to it');
    answers(SUMMARY);
    expect((await desk.type('edge', 'sync', 'acme-shop')).out).not.toContain('all were brought');
    desk.aws.asked.length = 0;
    for (const wrong of [
      ['--accept', 'latest'],
      ['--accept', String(TOKEN), '--dry-run'],
    ])
      expect((await desk.type('edge', 'sync', ...wrong)).exit).toBe(2);
    expect(desk.aws.asked).toEqual([]);
  });
});
