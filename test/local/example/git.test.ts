import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitExample, pagesOfBoth } from '../../../local/example/git.ts';
import type { Page } from '../../../local/example/load.ts';

let pages: Page[];
beforeAll(async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'pilotage-pages-'));
  pages = await pagesOfBoth(join(__dirname, '../../../examples/git'), scratch);
  await rm(scratch, { recursive: true });
});

describe('webhook: the pages of the example that pushes deploy', () => {
  it('differ where the second commit edits them, and nowhere else', () => {
    const changed = pages.filter(({ versions }) => versions.v1 !== versions.v2).map(({ path }) => path);
    expect(changed).toEqual(['/']);
    const home = pages.find(({ path }) => path === '/');
    expect(home?.versions.v1).toContain(gitExample.edit.from);
    expect(home?.versions.v2).toContain(gitExample.edit.to);
  });

  it('are all that a visitor comes to', () => {
    expect(pages.map(({ path }) => path).sort()).toEqual([
      '/',
      '/about/',
      expect.stringMatching(/^\/assets\/style-[0-9a-f]{8}\.css$/),
    ]);
  });
});
