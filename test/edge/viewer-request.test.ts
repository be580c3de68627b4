import { MAINTENANCE, RETRY_AFTER } from '../../shared/maintenance.ts';
import { arm, DOMAIN, edgeWith, inShort } from './ask.ts';

const decide = async (ask: ReturnType<typeof edgeWith>, ...args: Parameters<typeof ask>) => inShort(await ask(...args));

describe('a site with directory URLs', () => {
  const ask = edgeWith({ acme: { fence: 1, live: arm('r1') } });

  test.each([
    ['/', '/sites/acme/r/r1/index.html'],
    ['/about/', '/sites/acme/r/r1/about/index.html'],
    ['/about', '302 /about/'],
    ['/a/b/c', '302 /a/b/c/'],
    ['/robots.txt', '/sites/acme/r/r1/robots.txt'],
    ['/about/index.html', '/sites/acme/r/r1/about/index.html'],
    ['/.well-known/security.txt', '/sites/acme/r/r1/.well-known/security.txt'],
    ['/.well-known/apple-app-site-association', '/sites/acme/r/r1/.well-known/apple-app-site-association'],
    ['/assets/app-3f9a1c2e.css', '/sites/acme/shared/assets/app-3f9a1c2e.css'],
    ['/_astro/x.js', '/sites/acme/shared/_astro/x.js'],
    ['/assets/no-extension', '/sites/acme/shared/assets/no-extension'],
    ['/assets', '302 /assets/'],
    ['/other/assets/a.css', '/sites/acme/r/r1/other/assets/a.css'],
  ])('%s becomes %s', async (uri, expected) => {
    expect(await decide(ask, uri)).toBe(expected);
  });

  test('a redirect keeps the query as it was sent', async () => {
    expect(await decide(ask, '/about', { query: 'q=a%20b&q=c&empty' })).toBe('302 /about/?q=a%20b&q=c&empty');
  });

  test('what S3 must see encoded stays encoded', async () => {
    expect(await decide(ask, '/caf%C3%A9%20au%20lait.html')).toBe('/sites/acme/r/r1/caf%C3%A9%20au%20lait.html');
  });

  test('a plus is encoded, since S3 reads a bare one as a space', async () => {
    expect(await decide(ask, '/c++.html')).toBe('/sites/acme/r/r1/c%2B%2B.html');
  });

  test('the folder that Pilotage keeps for itself is not served', async () => {
    expect(await decide(ask, '/.pilotage/404.html')).toBe('404');
  });
});

describe('a site with html URLs', () => {
  const ask = edgeWith({ acme: { fence: 1, live: arm('r1', { cleanUrls: 'html', index: 'home.html' }) } });

  test.each([
    ['/', '/sites/acme/r/r1/home.html'],
    ['/about', '/sites/acme/r/r1/about.html'],
    ['/docs/start', '/sites/acme/r/r1/docs/start.html'],
    ['/about/', '302 /about'],
    ['/about.html', '/sites/acme/r/r1/about.html'],
  ])('%s becomes %s', async (uri, expected) => {
    expect(await decide(ask, uri)).toBe(expected);
  });
});

describe('a site without clean URLs', () => {
  const ask = edgeWith({ acme: { fence: 1, live: arm('r1', { cleanUrls: 'off' }) } });

  test.each([
    ['/', '/sites/acme/r/r1/index.html'],
    ['/about', '/sites/acme/r/r1/about'],
    ['/about/', '/sites/acme/r/r1/about/'],
  ])('%s becomes %s', async (uri, expected) => {
    expect(await decide(ask, uri)).toBe(expected);
  });
});

describe('hosts', () => {
  const ask = edgeWith({
    acme: { fence: 1, live: arm('r1') },
    'acme--staging': { fence: 1, live: arm('r2') },
    'host:www.acme.example': 'acme',
    'host:bad.example': '../other',
    [`host:acme.${DOMAIN}`]: 'acme--staging',
    [`host:a.b.${DOMAIN}`]: 'acme',
  });

  test.each([
    [`acme.${DOMAIN}`, '/sites/acme/r/r1/index.html'],
    [`ACME.${DOMAIN.toUpperCase()}:8080`, '/sites/acme/r/r1/index.html'],
    [`acme.${DOMAIN}.`, '/sites/acme/r/r1/index.html'],
    [`acme--staging.${DOMAIN}`, '/sites/acme--staging/r/r2/index.html'],
    ['www.acme.example', '/sites/acme/r/r1/index.html'],
    [`nobody.${DOMAIN}`, '404'],
    [`a.b.${DOMAIN}`, '404'],
    [DOMAIN, '404'],
    [`host:www.acme.example.${DOMAIN}`, '404'],
    ['evil.example', '404'],
    ['bad.example', '404'],
    [`evil${DOMAIN}`, '404'],
    ['', '404'],
  ])('%p is answered with %s', async (host, expected) => {
    expect(await decide(ask, '/', { host })).toBe(expected);
  });

  test('an unknown site says so in words, and is not cached', async () => {
    const result = await ask('/', { host: `nobody.${DOMAIN}` });
    expect(result).toMatchObject({ statusCode: 404, headers: { 'cache-control': { value: 'no-store' } } });
    expect('body' in result && result.body).toMatchObject({ data: expect.stringContaining('pilot status') });
  });

  test('a site whose pointer names no release is offline, which is not the same as unknown', async () => {
    const response = await edgeWith({ acme: { fence: 7 } })('/');
    expect(response).toMatchObject({
      statusCode: 503,
      headers: {
        'cache-control': { value: 'no-store' },
        'retry-after': { value: String(RETRY_AFTER) },
        'content-type': { value: 'text/html; charset=utf-8' },
      },
      body: { data: MAINTENANCE },
    });
  });

  test.each([
    ['Back at <b>four</b>.', 'text/plain; charset=utf-8'],
    ['<p>Back at four.</p>', 'text/html; charset=utf-8'],
  ])('an offline site says %p where somebody wants it to', async (page, type) => {
    const response = await edgeWith({ acme: { fence: 7, page } })('/any/path');
    expect(response).toMatchObject({
      statusCode: 503,
      headers: { 'cache-control': { value: 'no-store' }, 'content-type': { value: type } },
      body: { data: page },
    });
  });

  test('a pointer that cannot be read is an error, not an unknown site', async () => {
    await expect(edgeWith({ acme: '{"f":' })('/')).rejects.toThrow();
  });
});

describe('addresses that try to get out', () => {
  const ask = edgeWith({ acme: { fence: 1, live: arm('r1') } });

  test.each([
    '/../other/r/r9/index.html',
    '/..',
    '/a/../../secret',
    '/a/./b',
    '/%2e%2e/other',
    '/%2E%2e/other',
    '/.%2e/other',
    '/assets/..%2f..%2fr/r9/x',
    '/assets/%2e%2e/%2e%2e/x',
    '/..\\..\\x',
    '/%5c..%5cx',
    '/a%00.html',
    '/a%0d%0aset-cookie:x',
    '/a\u0000b',
    '/a\tb',
    '/caf\u00e9',
    '/%zz',
    '/100%',
    '//other.example/x',
    '/a//b',
    'http://acme.example/',
    '',
  ])('%p is refused', async (uri) => {
    expect(await decide(ask, uri)).toBe('400');
  });

  test.each([
    ['/a..b/c...css', '/sites/acme/r/r1/a..b/c...css'],
    ['/..well.txt', '/sites/acme/r/r1/..well.txt'],
    ['/%252e%252e/x.html', '/sites/acme/r/r1/%252e%252e/x.html'],
  ])('%s only looks like it', async (uri, expected) => {
    expect(await decide(ask, uri)).toBe(expected);
  });
});

describe('redirects stay on the host', () => {
  const sites = {
    d: edgeWith({ acme: { fence: 1, live: arm('r1') } }),
    h: edgeWith({ acme: { fence: 1, live: arm('r1', { cleanUrls: 'html' }) } }),
  };

  test.each([
    '//evil',
    '//evil/',
    '///evil',
    '/\\evil',
    '/\\evil/',
    '/%5Cevil',
    '/%2Fevil',
    '/%2fevil/',
    '/\t/evil',
    '/.//evil/',
    'https:evil',
    '@evil/',
  ])('%p is never sent on to another host', async (uri) => {
    for (const ask of Object.values(sites)) expect(await decide(ask, uri)).toBe('400');
  });

  test.each(['/https:/evil', '/@evil', '/;evil', '/.evil/x'])('%p leads to a path of the same host', async (uri) => {
    const result = await sites.d(uri);
    const location = 'statusCode' in result ? result.headers?.location?.value : undefined;
    expect(new URL(location ?? '', `https://acme.${DOMAIN}`).host).toBe(`acme.${DOMAIN}`);
  });
});
