import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { loadManifest } from '../../../shared/manifest/load.ts';

const EXAMPLE = join(__dirname, '../../../examples/git');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pilotage-example-'));
  await cp(EXAMPLE, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const manifest = () => readFile(join(folder, 'pilot.yaml'));

/** Builds it as its manifest says. @returns the site’s files */
async function built(): Promise<string[]> {
  const { build } = load((await manifest()).toString()) as { build: { commands: string[][]; output: string } };
  for (const [program = '', ...args] of build.commands) await promisify(execFile)(program, args, { cwd: folder });
  const files = await readdir(join(folder, build.output), { recursive: true, withFileTypes: true });
  const names = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  return names.map((name) => name.slice(join(folder, build.output).length + 1)).sort();
}

describe('webhook local git: the example', () => {
  it('is of the repository that a local run serves, main live and develop in staging', async () => {
    const bytes = await manifest();
    const live = loadManifest(bytes, 'pilot.yaml');
    const staging = loadManifest(bytes, 'pilot.yaml', 'staging');
    const git = { repository: 'git.localhost/acme/site', branch: 'main' };
    expect(live).toMatchObject({ ok: true, manifest: { source: { git } } });
    expect(staging).toMatchObject({ ok: true, manifest: { source: { git: { ...git, branch: 'develop' } } } });
  });

  it('has previews, which are what is live', async () => {
    const bytes = await manifest();
    const [live, preview] = ['production', 'pr12'].map((environment) => loadManifest(bytes, 'pilot.yaml', environment));
    expect(live).toMatchObject({ ok: true, environments: ['production', 'staging'], manifest: { previews: true } });
    expect(preview).toMatchObject({ ok: true, manifest: Object(live).manifest });
  });

  it('is a site that is really built, whose style is named by its content', async () => {
    const before = await built();
    expect(before).toEqual([
      '404.html',
      'about/index.html',
      expect.stringMatching(/^assets\/style-[0-9a-f]{8}\.css$/),
      'index.html',
    ]);
    const page = await readFile(join(folder, 'site/about/index.html'), 'utf8');
    expect(page).toContain('<h1>About Acme</h1>');
    expect(page).toContain(`href="/${before[2]}"`);
    await cp(join(folder, 'pages/about.txt'), join(folder, 'style.css'));
    const after = await built();
    expect(after).toHaveLength(4);
    expect(after[2]).not.toBe(before[2]);
  });

  it('says where a key is misspelt, as a pushed file would', async () => {
    const wrong = (await manifest()).toString().replace('notFound', 'notfound');
    expect(loadManifest(Buffer.from(wrong), 'pilot.yaml')).toMatchObject({
      ...{ ok: false, problems: [{ code: 'MANIFEST_UNKNOWN_KEY', place: { line: 14 } }] },
    });
  });
});
