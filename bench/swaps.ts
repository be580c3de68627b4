import { setTimeout as after } from 'node:timers/promises';
import { type LoadReport, type Page, Viewers } from '../local/example/load.ts';
import { staticExample } from '../local/example/static.ts';
import { benchOptions } from './options.ts';
import { Forward } from './swaps/forward.ts';
import { type OwnStack, withOwnStack } from './swaps/own-stack.ts';
import { askedOf, hashedOf, isUnlike, makeRelease, onlyIn } from './swaps/releases.ts';
import { countsOf, type Row, since, sumOf, tableOf } from './swaps/rows.ts';

/**
 * `node bench/swaps.ts`: what viewers are given while releases follow each other
 * through the local edge: answers that failed or were no release's whole text,
 * people who were given an older release than before, and what the open tabs of
 * old releases still find. Exits with 1 when anything was wrong.
 */
benchOptions({
  command: 'node bench/swaps.ts',
  measures: 'What viewers are given while releases of a site follow each other.',
  fails: 'anything was wrong',
});
const root = process.cwd();
const VERSIONS = ['v1', 'v2', 'v1', 'v2', 'v1', 'v2'];
/** Which of them comes in by shares of the viewers. */
const CANARY = 4;
const CANARY_ROLLOUT = 'rollout:\n  steps: [10, 50, 100]\n  bake: 2s\n';
const PEOPLE = 60;
/** So many at least, unless that takes longer than this. */
const LEAST_REQUESTS = 5_000;
const MOST_MS = 60_000;

interface Measured {
  rows: Row[];
  failures: string[];
}

async function measure(stack: OwnStack): Promise<Measured> {
  const { environment, folder, pilot } = stack;
  const names = VERSIONS.map((version, index) => `${index + 1}-${version}`);
  for (const [index, name] of names.entries())
    await makeRelease(root, folder, name, index + 1 === CANARY ? CANARY_ROLLOUT : '');
  await pilot('deploy', `${folder}/${names[0]}`);

  const swaps = await swapUnderLoad(stack, names);
  const rows = [...swaps.rows];
  const failures = [...swaps.failures];
  for (const name of names.slice(0, -1)) {
    const kept = await askOnce(environment.ports.edge, hashedOf(folder, name));
    rows.push({ what: `hashed files of ${name}`, ...countsOf(kept) });
    failures.push(...kept.failures);
  }
  return { rows, failures };
}

/** What the local edge knows the example by. */
const HOST = `${staticExample.pilot}.localhost`;

async function swapUnderLoad({ environment, folder, pilot }: OwnStack, names: string[]): Promise<Measured> {
  const { edge } = environment.ports;
  const pages = await askedOf(folder, names);
  const forward = new Forward(names);
  const viewers = new Viewers(HOST, edge, {
    people: PEOPLE,
    onServed: (person, page, version) => isUnlike(page) && forward.saw(person, version),
  });
  const stop = viewers.keepAsking(pages);
  const rows: Row[] = [];
  const failures: string[] = [];
  let before = { ...countsOf(viewers.report), back: 0 };
  const measured = async (what: string, work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const now = { ...countsOf(viewers.report), back: forward.back };
    rows.push({ what, seconds, ...since(before, now), back: now.back - before.back });
    before = now;
  };

  try {
    for (const [index, name] of names.entries()) {
      if (index === 0) continue;
      const how = index + 1 === CANARY ? ', 10 50 100 %' : '';
      await measured(`swap to ${name}${how}`, () => pilot('deploy', `${folder}/${name}`));
      const now = await askOnce(edge, pages.filter(isUnlike).map(onlyIn(name)));
      rows.push({ what: `  then only ${name}`, ...countsOf(now) });
      failures.push(...now.failures);
    }
    const deadline = Date.now() + MOST_MS;
    await measured('after the last', async () => {
      do await after(1_000);
      while (viewers.report.requests < LEAST_REQUESTS && Date.now() < deadline);
      // Those under way at the end count too.
      await stop();
    });
  } finally {
    await stop();
  }
  return { rows, failures: [...failures, ...viewers.report.failures] };
}

async function askOnce(edge: number, pages: Page[]): Promise<LoadReport> {
  const viewers = new Viewers(HOST, edge);
  for (const page of pages) await viewers.ask(page);
  return viewers.report;
}

const { rows, failures } = await withOwnStack(root, measure);
console.log(tableOf(rows));
for (const failure of failures) console.log(`  ${failure}`);
const { requests, failed, back } = sumOf(rows);
if (requests < LEAST_REQUESTS) console.log(`only ${requests} requests; ${LEAST_REQUESTS} are needed`);
process.exitCode = failed === 0 && back === 0 && requests >= LEAST_REQUESTS ? 0 : 1;
