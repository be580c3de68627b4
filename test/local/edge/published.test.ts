import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Published, publishRanges } from '../../../local/edge/published.ts';
import { parseRanges } from '../../../shared/edge/ranges.ts';

let folder: string;
let published: Published;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pilotage-published-'));
  published = await publishRanges(join(folder, 'ip-ranges.json'));
});
afterAll(async () => {
  await published.stop();
  await rm(folder, { recursive: true });
});

describe('the list of a local run', () => {
  it('is one that Pilotage takes', () => {
    const text = readFileSync(join(__dirname, '../../../local/edge/ip-ranges.json'), 'utf8');
    expect(parseRanges(text)).toMatchObject({ token: 1_719_855_189 });
  });

  it('is served as it lies there, and not again to who has it', async () => {
    expect((await fetch(published.url)).status).toBe(404);
    for (const text of ['one', 'two']) {
      await writeFile(join(folder, 'ip-ranges.json'), text);
      const served = await fetch(published.url);
      expect([served.status, await served.text()]).toEqual([200, text]);
      const again = await fetch(published.url, { headers: { 'if-none-match': served.headers.get('etag') ?? '' } });
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
  });
});
