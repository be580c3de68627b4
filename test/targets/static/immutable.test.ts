import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { immutablePrefixes } from '../../../shared/targets/static/immutable.ts';

const digest = (i: number, encoding: 'hex' | 'base64url', length: number) =>
  createHash('sha256').update(String(i)).digest(encoding).slice(0, length);
const many = (count: number, name: (i: number) => string) => Array.from({ length: count }, (_, i) => name(i));
const vite = (i: number) => `assets/chunk-${digest(i, 'base64url', 8)}.js`;

describe('immutable prefixes', () => {
  it.each<[tool: string, files: string[], prefixes: string[]]>([
    [
      'Vite',
      [
        'index.html',
        'favicon.ico',
        'assets/index-DiwrgTda.js',
        'assets/index-n_ryQ3BS.css',
        'assets/logo-BX1-a_2c.svg',
      ],
      ['assets/'],
    ],
    ['Vite, many chunks', ['index.html', ...many(2000, vite)], ['assets/']],
    [
      'Astro',
      ['index.html', '_astro/index.BX3d9A_2.css', '_astro/photo.D8s9f7d2_Z1abcd.webp', '_astro/hoisted.CvqV0cWe.js'],
      ['_astro/'],
    ],
    [
      'Next.js',
      [
        'index.html',
        '_next/static/chunks/main-app-0b1c2d3e4f5a6b7c.js',
        '_next/static/chunks/app/page-9a8b7c6d5e4f3a2b.js',
        '_next/static/css/5f6a7b8c9d0e1f2a.css',
        '_next/static/media/inter.p.c9a5bc6a.woff2',
        '_next/static/Qm3Zx9LkT2vB7nYcR4sWe/_buildManifest.js',
      ],
      ['_next/'],
    ],
    [
      'Next.js with a build id of one’s own',
      ['_next/static/v1/_buildManifest.js', ...many(4, (i) => `_next/static/chunks/a-${digest(i, 'hex', 16)}.js`)],
      ['_next/static/chunks/'],
    ],
    [
      'SvelteKit',
      [
        'index.html',
        '_app/version.json',
        '_app/immutable/entry/start.BX3d9Ab2.js',
        '_app/immutable/nodes/0.Cx81kLm4.js',
        '_app/immutable/chunks/D8s9f7d2.js',
      ],
      ['_app/immutable/'],
    ],
    ['Nuxt', ['200.html', '_nuxt/entry.Bx7Kd92m.css', '_nuxt/D8s9f7d2.js', '_nuxt/error-404.C9x2kLm4.css'], ['_nuxt/']],
    ['Nuxt with its mutable list of builds', ['200.html', '_nuxt/D8s9f7d2.js', '_nuxt/builds/latest.json'], []],
    [
      'Create React App',
      [
        'index.html',
        'static/js/main.073c9b0a.js',
        'static/js/main.073c9b0a.js.map',
        'static/js/787.1a2b3c4d.chunk.js',
        'static/js/main.073c9b0a.js.LICENSE.txt',
        'static/css/main.f855e6bc.css',
        'static/media/logo.6ce24c58023cc2f8fd88fe9d219db6c6.svg',
      ],
      ['static/'],
    ],
    [
      'webpack with an unhashed folder beside',
      ['index.html', 'js/app.9c1d2e3f4a5b6c7d8e9f.js', 'img/logo.png', 'js/vendor.0a1b2c3d4e5f6a7b8c9d.js'],
      ['js/'],
    ],
    ['a folder of digests', ['index.html', ...many(5, (i) => `blobs/${digest(i, 'hex', 40)}.bin`)], ['blobs/']],
  ])('are found for %s', (_, files, prefixes) => {
    expect(immutablePrefixes(files)).toEqual(prefixes);
  });

  it.each<[what: string, files: string[]]>([
    ['dated photos', many(30, (i) => `photos/img-202401${String(i + 1).padStart(2, '0')}.jpg`)],
    ['dated photos among assets', many(30, (i) => `assets/img-202401${String(i + 1).padStart(2, '0')}.jpg`)],
    ['numbered pictures', many(30, (i) => `assets/IMG_${20240000 + i}.jpg`)],
    ['pages', many(5, (i) => `docs/chapter-${digest(i, 'hex', 8)}.html`)],
    ['pages among hashed names', ['assets/index-DiwrgTda.js', 'assets/frame-n9ryQ3BS.html']],
    ['words', ['assets/user-settings.js', 'assets/main-component.css', 'assets/photo-birthday.jpg']],
    ['names in camel case', ['assets/icon-FaceBook.svg', 'assets/HomePageHeader.js', 'assets/userProfileCard.js']],
    ['words with numbers', ['assets/chapter12345.js', 'assets/version20.css', 'static/release2024.json']],
    ['one plain name among hashed ones', ['assets/index-DiwrgTda.js', 'assets/n9ryQ3BS.css', 'assets/logo.svg']],
    ['two hashed names in a folder that no tool is known for', ['data/a-9c1d2e3f.json', 'data/b-1a2b3c4d.json']],
    [
      'long words in camel case among hashed names',
      ['assets/a-DiwrgTda.js', 'assets/b-n9ryQ3BS.js', 'assets/userPreferences.js'],
    ],
    ['versions', ['js/jquery-3.7.1.min.js', 'js/bootstrap.5.3.2.js', 'css/site.v20240101.css']],
    ['files at the top', ['main.073c9b0a.js', 'index.html']],
    ['nothing', []],
  ])('are not taken from %s', (_, files) => {
    expect(immutablePrefixes(['index.html', ...files])).toEqual([]);
  });

  it('are folders that hold no page and no plain name, few, and short in all', () => {
    const part = fc.constantFrom('assets', 'js', 'a', 'deep', '_astro');
    const name = fc.constantFrom('index.html', 'logo.svg', 'app.9c1d2e3f.js', 'x-DiwrgTda.css', 'img-20240101.jpg');
    const file = fc
      .tuple(fc.array(part, { maxLength: 3 }), name)
      .map(([folders, last]) => [...folders, last].join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(file, { maxLength: 40 }), (files) => {
        const prefixes = immutablePrefixes(files);
        expect(prefixes.join('').length).toBeLessThanOrEqual(200);
        expect(prefixes.length).toBeLessThanOrEqual(6);
        for (const prefix of prefixes) {
          expect(prefix).toMatch(/^[^/].*\/$/);
          const below = files.filter((path) => path.startsWith(prefix));
          expect(below.filter((path) => /\.html$|logo\.svg$|20240101/.test(path))).toEqual([]);
          expect(below.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});
