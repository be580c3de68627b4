import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pagesOf, staticExample } from '../../../local/example/static.ts';

const example = join(__dirname, '../../../examples/static');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pilotage-example-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function version(name: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, name, 'site', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

describe('the pages that viewers ask for', () => {
  test('are those that all versions have, with what each has there', () => {
    version('v1', { 'index.html': 'one', 'assets/a-1.css': 'a', 'old.html': 'gone' });
    version('v2', { 'index.html': 'two', 'assets/a-1.css': 'a', 'new.html': 'come' });
    expect(pagesOf(folder, ['v1', 'v2'])).toEqual(
      expect.arrayContaining([
        { path: '/', versions: { v1: 'one', v2: 'two' } },
        { path: '/assets/a-1.css', versions: { v1: 'a', v2: 'a' } },
      ]),
    );
    expect(pagesOf(folder, ['v1', 'v2'])).toHaveLength(2);
  });

  test('are asked for by their clean addresses', () => {
    version('v1', { 'index.html': '', 'about/index.html': '', 'about/my-index.html': '', 'robots.txt': '' });
    const paths = pagesOf(folder, ['v1']).map(({ path }) => path);
    expect(paths.sort()).toEqual(['/', '/about/', '/about/my-index.html', '/robots.txt']);
  });

  test('are texts alone, and not the page for what is missing', () => {
    version('v1', { 'index.html': '', '404.html': 'lost', 'photo.jpg': '\xff' });
    expect(pagesOf(folder, ['v1']).map(({ path }) => path)).toEqual(['/']);
  });
});

describe('the static example', () => {
  const pages = pagesOf(example, staticExample.versions);
  const versionsOf = (path: string) => pages.find((page) => page.path === path)?.versions ?? {};

  test.each(['/', '/about/'])('tells its versions apart at %s', (path) => {
    const texts = staticExample.versions.map((name) => versionsOf(path)[name]);
    expect(texts.every(Boolean)).toBe(true);
    expect(new Set(texts).size).toBe(staticExample.versions.length);
  });

  test('keeps what only its first version has: that is what open tabs miss when it goes', () => {
    const kept = staticExample.kept(example);
    const stays = new Set(pages.map(({ path }) => path));
    expect(kept.every(({ path, versions }) => path.startsWith('/assets/') && versions.v1)).toBe(true);
    expect(kept.filter(({ path }) => !stays.has(path)).length).toBeGreaterThan(0);
  });
});
