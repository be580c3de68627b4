import { contentType } from '../../../shared/targets/static/headers.ts';

describe('the content type', () => {
  it.each([
    ['index.html', 'text/html; charset=utf-8'],
    ['a/B.CSS', 'text/css; charset=utf-8'],
    ['app.mjs', 'text/javascript; charset=utf-8'],
    ['data.json', 'application/json; charset=utf-8'],
    ['app.js.map', 'application/json; charset=utf-8'],
    ['site.webmanifest', 'application/manifest+json; charset=utf-8'],
    ['feed.xml', 'application/xml; charset=utf-8'],
    ['logo.svg', 'image/svg+xml; charset=utf-8'],
    ['photo.avif', 'image/avif'],
    ['font.woff2', 'font/woff2'],
    ['app.wasm', 'application/wasm'],
    ['favicon.ico', 'image/vnd.microsoft.icon'],
    ['LICENSE', 'application/octet-stream'],
    ['.well-known/security', 'application/octet-stream'],
  ])('of %s is %s', (path, type) => {
    expect(contentType(path)).toBe(type);
  });
});
