import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { benchOptions } from './options.ts';
import { type Cost, measure } from './publish/measure.ts';
import { peerEnv, peersHere } from './publish/peers.ts';
import { makeSite, zipSite } from './publish/site.ts';

/**
 * `node bench/publish.ts`: what publishing a site of 3,000 files and 106 MB from
 * a zip in S3 costs: for the first time, with 5 % of its files changed, and
 * unchanged; beside rclone and s3cmd where they are installed. All of them write
 * to the same server on this machine.
 */
benchOptions({
  command: 'node bench/publish.ts',
  measures: 'What publishing a large site costs, beside rclone and s3cmd where they are installed.',
});
const CASES = ['first', '5 % changed', 'no change'] as const;

interface Counts {
  requests: Record<string, number>;
  up: number;
  down: number;
}

interface Row extends Counts {
  contender: string;
  what: string;
  cost: Cost;
}

/** The options that the function runs with: stack/functions.yml. */
const NODE_OPTIONS = '--max-semi-space-size=4';

const folder = mkdtempSync(join(tmpdir(), 'bench-publish-'));
const publisher = join(folder, 'pilotage.mjs');
const server = spawn(process.execPath, [join(import.meta.dirname, 'publish/server.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const { s3, control } = JSON.parse(line.toString()) as { s3: string; control: string };
  // As the functions are packaged.
  await build({
    entryPoints: [join(import.meta.dirname, 'publish/pilotage.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  for (const hashed of [true, false]) await compare(s3, control, hashed);
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function compare(s3: string, control: string, hashed: boolean): Promise<void> {
  const label = hashed ? 'hashed' : 'plain';
  const zips = [join(folder, `${label}-1.zip`), join(folder, `${label}-2.zip`)] as const;
  await zipSite(makeSite(label, hashed), zips[0]);
  await zipSite(makeSite(label, hashed, 0.05), zips[1]);
  const order = [zips[0], zips[1], zips[1]];

  const counts = async (path = '/counts') => (await (await fetch(control + path)).json()) as Counts;
  const rows: Row[] = [];
  let live = '';
  for (const [i, zip] of order.entries()) {
    const key = zip.slice(folder.length + 1);
    await counts(`/put?path=uploads/${key}&file=${encodeURIComponent(zip)}`);
    const cost = await measure(process.execPath, [publisher, key, live], {
      NODE_OPTIONS,
      AWS_ENDPOINT_URL: s3,
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_REGION: 'eu-west-1',
      SITE_BUCKET: `pilotage-${label}`,
      SITE_URL: 'https://*.pilots.example.com',
    });
    live = cost.output.trim();
    rows.push({ contender: 'Pilotage', what: CASES[i] ?? '', cost, ...(await counts()) });
  }
  for (const peer of peersHere()) {
    const site = join(folder, 'unpacked');
    for (const [i, zip] of order.entries()) {
      const env = peerEnv(s3, site, `${peer.name.split(' ')[0]}-${label}`, zip);
      const script = `rm -rf "$SITE" && curl -sS -o "$ZIP.down" "$ARTIFACT" && unzip -q "$ZIP.down" -d "$SITE" && ${peer.publish}`;
      await counts();
      const ARTIFACT = `${s3}/uploads/${zip.slice(folder.length + 1)}`;
      const cost = await measure('bash', ['-c', script], { ...env, ARTIFACT });
      rows.push({ contender: peer.name, what: CASES[i] ?? '', cost, ...(await counts()) });
    }
  }
  print(`3,000 files, 106 MB, ${hashed ? 'nine in ten with hashed names' : 'no hashed names'}`, rows);
}

function print(title: string, rows: Row[]): void {
  console.log(`\n${title}`);
  console.table(
    rows.map(({ contender, what, cost, requests, up, down }) => {
      const own = rows.find((row) => row.contender === 'Pilotage' && row.what === what);
      return {
        contender,
        case: what,
        'wall s': cost.wall.toFixed(2),
        '× Pilotage': (cost.wall / (own?.cost.wall ?? cost.wall)).toFixed(1),
        'CPU s': cost.cpu.toFixed(2),
        'peak MB': Math.round(cost.peak),
        requests: Object.entries(requests)
          .map(([kind, count]) => `${count} ${kind}`)
          .join(', '),
        'up MB': (up / 1e6).toFixed(1),
        'down MB': (down / 1e6).toFixed(1),
      };
    }),
  );
}
