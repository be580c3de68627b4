import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(__dirname, '../..');

/**
 * Releases of the sample in its environments, as they were first made. Another
 * value here means that every pilot gets a new release though nothing of it changed.
 */
const RELEASES = {
  production: 'cda8dd578b3fa1c8c5bc',
  staging: 'a788432efc9fd57969f8',
  ci: '29142a8dfed44b857169',
};

const SCRIPT = `
  import { loadManifest } from './shared/manifest/load.ts';
  import { filesDigest, releaseOf } from './shared/targets/artifact/release.ts';
  import { FULL } from './test/manifest/samples.ts';
  const files = filesDigest([{ path: 'ü/index.html', crc: 4711, size: 12 }, { path: 'a.css', crc: 1, size: 0 }]);
  const release = (environment) => releaseOf(loadManifest(Buffer.from(FULL), 'pilot.yaml', environment).manifest, files);
  console.log(JSON.stringify({
    production: release('production'), staging: release('staging'), ci: release('ci'),
  }));`;

/** The Node that runs the functions, and every other one that is on the path. */
function nodes(): string[] {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  return [
    ...new Set([process.execPath, ...onPath].filter((file) => existsSync(file)).map((file) => realpathSync(file))),
  ];
}

describe('the release of a manifest', () => {
  let folder: string;
  let script: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'digest-'));
    script = join(folder, 'digest.mjs');
    const { outputFiles } = buildSync({
      stdin: { contents: SCRIPT, resolveDir: root, loader: 'ts' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      write: false,
    });
    writeFileSync(script, outputFiles[0]?.contents ?? '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(nodes())('is the same on %s', (node) => {
    expect(JSON.parse(execFileSync(node, [script], { encoding: 'utf8' }))).toEqual(RELEASES);
  });
});
