import type { PreviewsShown, PreviewView } from '../../shared/api.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
afterAll(() => desk.close());

const AT = '2026-11-21T01:57:15.250Z';
const preview = (number: number, more: Partial<PreviewView> = {}): PreviewView => ({
  ...{ pilot: 'acme-shop', environment: `pr${number}`, repository: 'github.com/acme/shop', number, branch: 'topic' },
  ...{ base: 'main', commit: '1'.repeat(40), deployment: `acme-shop_pr${number}_20261121T015715Z-3f9a1c2e4b5d` },
  ...{ askedAt: AT, since: AT, until: '2026-11-24T01:57:15.250Z', ...more },
});
const answers = (shown: PreviewsShown) => {
  desk.aws.api = () => ({ ok: true, answer: shown });
};
const lines = (out: string) => out.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '));

describe('pilot previews', () => {
  it('shows where each answers, how it stands and until when, and how many places are taken', async () => {
    const url = 'https://acme-shop-pr1.pilots.example.com';
    const { number, repository, pilot, environment, commit } = preview(9);
    answers({
      previews: [
        preview(1, { url, status: 'succeeded' }),
        preview(2, { url, status: 'running' }),
        preview(3),
        preview(4, { status: 'failed' }),
        preview(5, { removal: { why: 'closed', at: AT, tries: 2 } }),
      ],
      unmade: [{ number, repository, pilot, environment, commit, reason: 'the operator allows 5', since: AT }],
      places: { most: 5, perPilot: 5, keep: 3_600 },
    });
    const { exit, out } = await desk.type('previews');
    expect(exit).toBe(0);
    const row = (n: number, stands: string, at?: string) =>
      [
        'acme-shop',
        `pr${n}`,
        `github.com/acme/shop#${n}`,
        '111111111111',
        stands,
        at,
        '2026-11-21 01:57',
        '2026-11-24 01:57',
      ]
        .filter(Boolean)
        .join(' | ');
    expect(lines(out)).toEqual([
      'PILOT | ENVIRONMENT | PULL REQUEST | COMMIT | STANDS | URL | SINCE (UTC) | UNTIL (UTC)',
      row(1, 'live', url),
      row(2, 'being updated', url),
      row(3, 'being made'),
      row(4, '✖ failed'),
      row(5, 'being removed, try 2'),
      'acme-shop has none of github.com/acme/shop#9 at 111111111111: the operator allows 5',
      '5 of 5 places are taken; a pilot has at most 5.',
      '',
    ]);
    expect(desk.aws.asked).toEqual([{ action: 'previews' }]);
  });

  it('says so where there are none, and tells all of it as JSON', async () => {
    answers({ previews: [], unmade: [] });
    expect((await desk.type('previews')).out).toContain('No pull request has a preview.');
    answers({ previews: [preview(1)], unmade: [] });
    expect(JSON.parse((await desk.type('previews', '--json')).out)).toMatchObject({
      previews: [{ number: 1 }],
      unmade: [],
    });
  });
});
