import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { type Example, examples } from '../local/example/example.ts';
import { type Page, Viewers } from '../local/example/load.ts';
import type { DeploymentView } from '../shared/api.ts';
import { benchOptions } from './options.ts';
import { inColumns } from './swaps/columns.ts';
import { type OwnStack, withOwnStack } from './swaps/own-stack.ts';

/**
 * `node bench/servers.ts [ecs|ecs-database|ec2|lambda …]`: what visitors of a server pilot are given while its releases
 * follow each other and two rollbacks come: five swaps, requests without pause over connections that stay open, slow
 * ones besides where the pilot has any. Exits with 1 when an answer was wrong, or there were fewer than 20,000.
 */
const { examples: chosen } = benchOptions({
  command: 'node bench/servers.ts',
  measures: 'What visitors of server pilots are given while releases and rollbacks follow each other.',
  fails: 'an answer was wrong, or there were too few',
  examples: { all: Object.keys(examples), usual: ['ecs', 'ecs-database', 'ec2', 'lambda'] },
});
const root = process.cwd();
const BACK = 'rollback';
const COURSE = ['v2', 'v1', 'v2', 'v1', 'v2', BACK, BACK];
/** Each rollback takes the migration of v2 back, and the swap after it migrates anew. */
const COURSES: Record<string, string[]> = { 'ecs-database': ['v2', BACK, 'v2', BACK, 'v2', 'v1', 'v2'] };
const LANES = 16;
const LEAST_REQUESTS = 20_000;
const MOST_MS = 300_000;
const SLOW: Record<string, string> = { ecs: '/slow?ms=3000' };

interface Row {
  what: string;
  seconds: string;
  requests: number;
  failed: number;
  v1: number;
  v2: number;
}

async function measure(stack: OwnStack, example: Example): Promise<Row[]> {
  const folder = join(root, 'examples', example.name);
  const first = await stack.pilot('deploy', `${folder}/v1`);
  const url = new URL(first.url ?? '');
  const viewers = new Viewers(url.hostname, Number(url.port), { most: LANES, people: LANES });
  const stop = viewers.keepAsking((await example.pages(folder)).filter(({ path }) => path === '/'));
  const slow = slowViewers(url, SLOW[example.name]);
  const rows: Row[] = [];
  let before = { requests: 0, failed: 0, served: {} as Record<string, number> };
  const row = (what: string, seconds = '') => {
    const { requests, failed, served } = structuredClone(viewers.report);
    const since = (version: string) => (served[version] ?? 0) - (before.served[version] ?? 0);
    rows.push({
      what,
      seconds: seconds,
      requests: requests - before.requests,
      failed: failed - before.failed,
      v1: since('v1'),
      v2: since('v2'),
    });
    before = { requests, failed, served };
  };

  for (const next of COURSES[example.name] ?? COURSE) {
    if (next === BACK) row(`${example.name}: rollback`, shiftSeconds(await stack.pilot('rollback', example.pilot)));
    else row(`${example.name}: swap to ${next}`, shiftSeconds(await stack.pilot('deploy', `${folder}/${next}`)));
  }
  const deadline = Date.now() + MOST_MS;
  while (viewers.report.requests < LEAST_REQUESTS && Date.now() < deadline) await after(500);
  await stop();
  const slowly = await slow();
  row(`${example.name}: after the last`);
  if (slowly) rows.push({ what: `${example.name}: of 3 s each`, seconds: '', v1: 0, v2: 0, ...slowly });
  for (const failure of viewers.report.failures) console.error(`  ${failure}`);
  return rows;
}

/** People who ask for what takes three seconds. @returns what stops them. */
function slowViewers({ hostname, port }: URL, path: string | undefined) {
  if (!path) return async () => undefined;
  const versions = { v1: 'Acme Shop v1, slowly\n', v2: 'Acme Shop v2, slowly\n' };
  const viewers = new Viewers(hostname, Number(port), { most: LANES, people: LANES, patience: 10_000 });
  const stop = viewers.keepAsking([{ path, versions } satisfies Page]);
  return async () => {
    const { requests, failed } = await stop();
    return { requests, failed };
  };
}

/** From the beginning of Shift to when all traffic was the release's own. */
const shiftSeconds = ({ steps, shifted }: DeploymentView): string =>
  ((Date.parse(shifted?.at ?? '') - Date.parse(steps.Shift ?? '')) / 1000).toFixed(2);

const rows: Row[] = [];
for (const name of chosen) {
  const example = examples[name];
  if (!example) throw new Error(`there is no example ${name}`);
  rows.push(...(await withOwnStack(root, (stack) => measure(stack, example))));
}
const HEAD = ['', 'seconds', 'requests', 'failed', 'v1', 'v2'];
const lines = rows.map((row) => [row.what, row.seconds, ...[row.requests, row.failed, row.v1, row.v2].map(String)]);
console.log(inColumns([HEAD, ...lines]));
const sum = (field: 'requests' | 'failed') => rows.reduce((all, row) => all + row[field], 0);
console.log(`${sum('requests')} requests, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 || sum('requests') < LEAST_REQUESTS * chosen.length ? 1 : 0;
