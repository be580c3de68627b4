import * as fc from 'fast-check';
import { type Delivery, PROVIDERS, type ProviderName } from '../../../shared/git/told.ts';
import { bytes, delivery, fixture, reader } from './deliveries.ts';

const COMMIT = '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432';
const push = {
  ref: 'refs/heads/main',
  before: '0'.repeat(40),
  after: COMMIT,
  repository: { html_url: 'https://github.com/acme/shop', full_name: 'acme/shop' },
};
const read = (payload: unknown, event = 'push') => reader('github').read(delivery('github', event, payload)).told;
const fault = (why: RegExp) => [{ told: 'fault', why: expect.stringMatching(why) }];

const EVENTS: Record<ProviderName, [header: string, event: string, fixture: string][]> = {
  github: [['x-github-event', 'push', 'gitlab-push']],
  gitlab: [
    ['x-gitlab-event', 'Push Hook', 'gitlab-push'],
    ['x-gitlab-event', 'Merge Request Hook', 'gitlab-merge-request-opened'],
  ],
  bitbucket: [
    ['x-event-key', 'repo:push', 'bitbucket-push-many'],
    ['x-event-key', 'pullrequest:created', 'bitbucket-pull-request'],
  ],
  'bitbucket-server': [
    ['x-event-key', 'repo:refs_changed', 'bitbucket-server-push'],
    ['x-event-key', 'pr:modified', 'bitbucket-server-pull-request-retargeted'],
  ],
};

describe('webhook: bad input', () => {
  it('is read all the same where it begins with a byte order mark', () => {
    const body = Uint8Array.from([0xef, 0xbb, 0xbf, ...bytes(JSON.stringify(push))]);
    expect(read(body)).toEqual([expect.objectContaining({ told: 'push', commit: COMMIT })]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['empty', bytes(''), /no JSON/],
    ['cut off', bytes(JSON.stringify(push).slice(0, -1)), /no JSON/],
    ['no UTF-8', Uint8Array.from([0x22, 0xff, 0xfe, 0x22]), /no JSON in UTF-8/],
    ['in UTF-16', new Uint8Array(Buffer.from(`\uFEFF${JSON.stringify(push)}`, 'utf16le')), /no JSON in UTF-8/],
    ['two documents', bytes('{}{}'), /no JSON/],
    ['a list', bytes('[{}]'), /no JSON object/],
    ['null', bytes('null'), /no JSON object/],
    ['a text', bytes('"push"'), /no JSON object/],
    ['400,000 lists in each other', bytes('['.repeat(400_000) + ']'.repeat(400_000)), /no JSON/],
  ])('is a fault where it is %s', (_, body, why) => {
    expect(read(body)).toEqual(fault(why));
  });

  it('is read where what nobody looks at is nested deeply', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const body = bytes(JSON.stringify(push).replace('{', `{"deep":${deep},`));
    expect(read(body)).toEqual([expect.objectContaining({ told: 'push' })]);
  });

  it('says which content type to choose where it came as a form', () => {
    const body = bytes(`payload=${encodeURIComponent(JSON.stringify(push))}`);
    const choose = fault(/choose application\/json as the content type of the webhook/);
    expect(read(body)).toEqual(choose);
    const { headers } = delivery('github', 'push', push);
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    expect(reader('github').read({ headers: form, body: bytes(JSON.stringify(push)) }).told).toEqual(choose);
  });

  it.each<[string, object, RegExp]>([
    ['no ref', { ref: undefined }, /look at ref/],
    ['a number for a ref', { ref: 7 }, /look at ref/],
    ['a ref that is none', { ref: 'main' }, /names no ref/],
    ['a branch with a line break', { ref: 'refs/heads/a\nb' }, /git does not allow/],
    ['a branch that goes up', { ref: 'refs/heads/../../x' }, /git does not allow/],
    ['a branch that looks like an option', { ref: 'refs/heads/--upload-pack=x' }, /git does not allow/],
    ['a branch without a name', { ref: 'refs/heads/' }, /git does not allow/],
    ['a branch of 501 characters', { ref: `refs/heads/${'a'.repeat(501)}` }, /git does not allow/],
    ['a short commit', { after: 'abc' }, /look at after/],
    ['a commit in capitals', { after: COMMIT.toUpperCase() }, /look at after/],
    ['a list for a commit', { after: [COMMIT] }, /look at after/],
    ['a text for forced', { forced: 'yes' }, /look at forced/],
    ['no repository', { repository: undefined }, /names no repository/],
    ['a repository without an owner', { repository: { ...push.repository, full_name: 'shop' } }, /names no repository/],
    ['a repository that goes up', { repository: { ...push.repository, full_name: 'acme/../x y' } }, /no repository/],
    ['a page that is none', { repository: { ...push.repository, html_url: 'acme' } }, /names no repository/],
    [
      'a page that is a script',
      { repository: { ...push.repository, html_url: 'javascript:x' } },
      /names no repository/,
    ],
  ])('is a fault with %s', (_, wrong, why) => {
    expect(read({ ...push, ...wrong })).toEqual(fault(why));
  });

  it.each(['__proto__', 'constructor', 'prototype'])('does not read what is below %s', (key) => {
    expect(read(bytes(`{"${key}":${JSON.stringify(push)}}`))).toEqual(fault(/look at/));
    expect(({} as Record<string, unknown>).ref).toBeUndefined();
  });

  it.each(['constructor', '__proto__', 'toString', 'a_new_event'])(
    'ignores the unknown event %s, and says so',
    (event) => {
      expect(read(push, event)).toEqual([{ told: 'ignored', why: expect.stringContaining(`“${event}” says nothing`) }]);
    },
  );

  it.each(['', 'a\nb', '<b>', 'x'.repeat(81)])('is a fault with the event %j', (event) => {
    expect(read(push, event)).toEqual(fault(/names no event/));
  });

  it('shows one line of what people write, without control characters and not without end', () => {
    const message = `\n \u001b[31mred\u0000 ${'x'.repeat(1000)}\nmore`;
    const [told] = read({ ...push, head_commit: { id: COMMIT, message } });
    expect(told).toMatchObject({ message: expect.stringMatching(/^\[31mred {1,2}x{480,495}$/) });
  });
});

describe.each(PROVIDERS)('webhook: %s, with anything', (provider) => {
  const headers = fc.dictionary(
    fc.constantFrom(
      'x-hub-signature-256',
      'x-hub-signature',
      'x-gitlab-token',
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
      'x-github-event',
      'x-gitlab-event',
      'x-event-key',
      'content-type',
    ),
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('push', 'v1,', 'sha256=', `sha256=${'0'.repeat(64)}`)),
  );
  const secrets = fc.array(
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'whsec_', `whsec_${'A'.repeat(44)}`)),
  );

  it('is not taken for signed, and does not throw', () => {
    fc.assert(
      fc.property(headers, fc.uint8Array(), secrets, (given, body, known) => {
        const token = given['x-gitlab-token'];
        const isRight = provider === 'gitlab' && token !== undefined && token !== '' && known.includes(token);
        expect(reader(provider).isSigned({ headers: given, body }, known)).toBe(isRight && !token.startsWith('whsec_'));
      }),
    );
  });

  const told = ({ headers: given, body }: Delivery) => reader(provider).read({ headers: given, body }).told;

  it('is read as something, and does not throw', () => {
    const body = fc.oneof(fc.uint8Array(), fc.json().map(bytes));
    fc.assert(
      fc.property(headers, body, (given, sent) => {
        expect(told({ headers: given, body: sent }).length).toBeGreaterThan(0);
      }),
    );
  });

  it('does not throw where one value in a payload is another one', () => {
    for (const [header, event, name] of EVENTS[provider])
      fc.assert(
        fc.property(fc.nat(), fc.jsonValue(), (at, value) => {
          const payload = replaced(fixture(name), at, value);
          const all = told({ headers: { [header]: event }, body: bytes(JSON.stringify(payload)) });
          expect(all.length).toBeGreaterThan(0);
          for (const one of all) if (one.told === 'push') expect(one.commit).toMatch(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
        }),
      );
  });
});

/** The payload with another value in one place: the first levels of it, counted. */
function replaced(payload: Record<string, unknown>, at: number, value: unknown): unknown {
  const keys = Object.keys(payload);
  const key = keys[at % keys.length] ?? '';
  const below = payload[key];
  const isObject = typeof below === 'object' && below !== null && Object.keys(below).length > 0;
  const isHere = !isObject || at % 3 === 0;
  const now = isHere ? value : replaced(below as Record<string, unknown>, Math.floor(at / 3), value);
  return Array.isArray(payload) ? payload.with(Number(key), now) : { ...payload, [key]: now };
}
