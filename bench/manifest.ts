import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadManifest } from '../shared/manifest/load.ts';
import { ALONE, USUAL, WORST } from './manifest/samples.ts';
import { benchOptions } from './options.ts';

/**
 * `node bench/manifest.ts`: how fast a manifest is read and checked in all its
 * environments, on one core. Prints JSON; exits with 1 when a bound is missed.
 * The bound in a second is that of a manifest without environments: each of
 * them is a manifest more to check.
 * `pilot validate` is measured as it was built last: `node build.ts cli`.
 */
benchOptions({
  command: 'node bench/manifest.ts',
  measures: 'How fast a manifest is read and checked, and pilot validate starts. Prints JSON.',
  fails: 'one is over its bound',
});
const BOUNDS = { perSecond: 6000, worstMs: 50, startMs: 150 };

const ROUND_MS = 300;
const ROUNDS = 9;
const WORST_ROUNDS = 7;
const STARTS = 9;

const cpuMs = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

const median = (taken: number[]): number => [...taken].sort((a, b) => a - b)[taken.length >> 1] ?? 0;

/** Manifests in a second of one core: the median of several rounds, after one that warms up. */
function perSecond(text: string): number {
  const bytes = Buffer.from(text);
  if (!loadManifest(bytes, 'pilot.yaml').ok) throw new Error('the sample is not valid');
  const round = () => {
    const before = process.cpuUsage();
    let count = 0;
    for (; cpuMs(before) < ROUND_MS; count += 100) for (let i = 0; i < 100; i++) loadManifest(bytes, 'pilot.yaml');
    return (count / cpuMs(before)) * 1000;
  };
  round();
  return Math.round(median(Array.from({ length: ROUNDS }, round)));
}

/** Milliseconds of CPU for one manifest: the median of several readings, and the first, which nothing had warmed up for. */
function worst(text: string): { ms: number; first: number } {
  const bytes = Buffer.from(text);
  const taken = Array.from({ length: WORST_ROUNDS }, () => {
    const before = process.cpuUsage();
    loadManifest(bytes, 'pilot.yaml');
    return cpuMs(before);
  });
  return { ms: rounded(median(taken)), first: rounded(taken[0] ?? 0) };
}

/** Milliseconds of CPU of `pilot validate` from its start to its end, Node's own start included: the median of several. */
function start(): number {
  const tell =
    'process.on("exit", () => { const { user, system } = process.cpuUsage(); console.error((user + system) / 1000) })';
  const args = [
    '--import',
    `data:text/javascript,${tell}`,
    join('dist', 'cli', 'pilot.js'),
    'validate',
    'examples/static/v1',
  ];
  const taken = Array.from({ length: STARTS }, () => {
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return Number(stderr);
  });
  return rounded(median(taken));
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

const usual = Object.entries(USUAL).map(([what, text]) => ({
  what,
  bytes: Buffer.byteLength(text),
  perSecond: perSecond(text),
}));
const hardest = Object.entries(WORST)
  .map(([what, text]) => ({ what, bytes: Buffer.byteLength(text), ...worst(text) }))
  .sort((a, b) => b.ms - a.ms);
const startMs = start();
console.log(JSON.stringify({ node: process.version, usual, worst: hardest, startMs, bounds: BOUNDS }, null, 2));

const slow = usual.some(({ what, perSecond }) => what === ALONE && perSecond < BOUNDS.perSecond);
const long = hardest.some(({ ms }) => ms > BOUNDS.worstMs);
process.exitCode = slow || long || startMs > BOUNDS.startMs ? 1 : 0;
