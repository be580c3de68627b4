import { cautions, headline, particulars, serves, trouble } from '../../shared/notify/sentences.ts';
import { type Told, toldByEvent } from '../../shared/notify/told.ts';
import { ending, event, failed, freshId, NEW, OLD, rejected, started, succeeded } from './support/examples.ts';

const told = (...args: Parameters<typeof toldByEvent>): Told => {
  const known = toldByEvent(...args);
  if (!known) throw new Error('the event ends nothing');
  return known;
};
const id = freshId();
const rollback = { kind: 'rollback', release: OLD, request: 'r', requestedBy: 'ops@example.com' } as const;

const offline = { kind: 'offline', request: 'r' } as const;
const online = { kind: 'online', request: 'r', requestedBy: 'ops@example.com' } as const;

describe('the headline says which pilot, what became of it, and where', () => {
  test.each([
    [succeeded(id), 'acme-site is live in production'],
    [succeeded(id, { alreadyLive: true }), 'acme-site is already live in production; nothing was changed'],
    [
      succeeded(id, { alreadyLive: true, facts: { stack: 'unchanged' } }),
      'acme-site is already live in production; nothing was changed',
    ],
    [
      succeeded(id, { alreadyLive: true, facts: { stack: 'changed (1 resource changed)' } }),
      'acme-site is already live in production; the stack was changed (1 resource changed)',
    ],
    [
      succeeded(id, { alreadyLive: true, facts: { stack: 'changed', migration: 'exit code 0' } }),
      'acme-site is already live in production; the stack was changed and the database was migrated',
    ],
    [
      succeeded(id, { trigger: rollback, warnings: { Revert: 'it was not taken back' } }),
      'acme-site is rolled back in production, with a warning',
    ],
    [succeeded(id, { warnings: { Finish: 'x', Revert: 'y' } }), 'acme-site is live in production, with 2 warnings'],
    [succeeded(id, { trigger: rollback }), 'acme-site is rolled back in production'],
    [succeeded(id, { trigger: offline, serving: null }), 'acme-site was taken offline in production'],
    [succeeded(id, { trigger: online }), 'acme-site is online again in production'],
    [
      succeeded(id, { trigger: online, alreadyLive: true }),
      'acme-site is already online in production; nothing was changed',
    ],
    [failed(id), 'acme-site failed in production at Shift'],
    [failed(id, { trigger: offline }), 'acme-site could not be taken offline in production at Shift'],
    [failed(id, { trigger: online }), 'acme-site could not be brought back online in production at Shift'],
    [rejected(id), 'acme-site was rejected in production'],
    [event('Superseded', { ...ending(id), by: 'x' }), 'acme-site in production: a newer deployment took over'],
  ])('%#: %s', (of, line) => expect(headline(told(of))).toBe(line));
});

describe('what still serves', () => {
  test.each([
    ['a success', succeeded(id), `Release ${NEW} serves.`],
    [
      'going offline',
      succeeded(id, { trigger: offline, serving: null }),
      'Nothing of it is served: viewers get a page with status 503.',
    ],
    ['a failure that was rolled back', failed(id), `Traffic was given back: release ${OLD} serves again.`],
    [
      'a failure before the traffic moved',
      failed(id, { rolledBack: false }),
      `Nothing was changed for viewers: release ${OLD} still serves.`,
    ],
    [
      'a failure of what was live already',
      failed(id, { rolledBack: false, serving: NEW }),
      `Release ${NEW} serves, as before.`,
    ],
    [
      'a rollback that did not finish',
      failed(id, { rolledBack: false, code: 'ROLLBACK_FAILED' }),
      `Release ${OLD} serves all others.`,
    ],
    [
      'a first deployment that failed',
      failed(id, { serving: null }),
      'No release of it is live: viewers get nothing, as before.',
    ],
    [
      'a failure of what is kept offline',
      failed(id, { serving: null, offline: true }),
      'It stays offline: viewers get the page with status 503, as before.',
    ],
    ['a rejection', rejected(id), `Nothing was changed for viewers: release ${OLD} still serves.`],
  ])('after %s', (_, of, sentence) => expect(serves(told(of))).toBe(sentence));
});

describe('what went wrong', () => {
  test('a failure names step, code and reason', () => {
    expect(trouble(told(failed(id)))).toEqual(['Shift failed with POINTER_MOVED: somebody else moved the pointer']);
  });

  test('a rejection names each problem with its place and what was expected', () => {
    expect(trouble(told(rejected(id)))).toEqual([
      'pilot.yaml:3:1 MANIFEST_UNKNOWN_KEY there is no key traget (expected target)',
    ]);
  });

  test('of a hundred problems, ten are told and the rest counted', () => {
    const problems = Array.from({ length: 100 }, (_, at) => ({ code: `P${at}`, message: 'wrong', hint: 'Mend it.' }));
    const lines = trouble(told(rejected(id, { problems })));
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('P0 wrong. Mend it.');
    expect(lines.at(-1)).toBe('… and 90 more');
  });

  test('nothing, when it succeeded', () => expect(trouble(told(succeeded(id)))).toEqual([]));
});

test('what somebody has to see to is told with a sign, and never among the facts', () => {
  const warnings = { Revert: 'the migration of release 2 was not taken back' };
  const warned = told(succeeded(id, { trigger: rollback, warnings }));
  expect(cautions(warned)).toEqual(['⚠ the migration of release 2 was not taken back']);
  expect(JSON.stringify(particulars(warned))).not.toContain('taken back');
  expect(cautions(told(succeeded(id)))).toEqual([]);
});

describe('the particulars', () => {
  test('tell release, what changed, who asked, commit and duration', () => {
    expect(particulars(told(succeeded(id)))).toEqual([
      ['Release', NEW],
      ['What changed', '12 files, 34.6 kB'],
      ['Asked by', 'dev@example.com, by upload of s3://manifests/pilots/acme-site/pilot.yaml'],
      ['Commit', 'f00dcafe'],
      ['Took', '1 min 5 s'],
    ]);
  });

  test('leave out what is not known', () => {
    const { release: _r, commit: _c, url: _u, ...known } = ending(id);
    const bare = event('Rejected', {
      ...known,
      facts: {},
      trigger: { kind: 'rollback', release: OLD, request: 'r' },
      problems: [],
    });
    expect(particulars(told(bare)).map(([label]) => label)).toEqual(['Asked by', 'Took']);
    expect(particulars(told(bare))[0]).toEqual(['Asked by', 'a rollback request']);
    expect(particulars(told(succeeded(id, { trigger: offline })))).toContainEqual([
      'Asked by',
      'a request to go offline',
    ]);
    expect(particulars(told(succeeded(id, { trigger: online })))).toContainEqual(['Asked by', 'ops@example.com']);
  });

  test('read facts of any name', () => {
    const facts = {
      files: 1,
      uploadedBytes: 1_200_000,
      removedReleases: 1234,
      warning: 'old ones stayed',
      fresh: true,
    };
    expect(particulars(told(succeeded(id, { facts })))[1]).toEqual([
      'What changed',
      '1 file, uploaded: 1.2 MB, removed releases: 1,234, warning: old ones stayed, fresh: yes',
    ]);
  });
});

test('an event that ends nothing is nothing to tell', () => {
  expect(toldByEvent(started(id, 'Validate'))).toBeUndefined();
});
