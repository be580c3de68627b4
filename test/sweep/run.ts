import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { evidenceOf } from './evidence.ts';
import type { Fault } from './faults.ts';
import { breachesOf } from './invariants/index.ts';
import { readOptions } from './options.ts';
import { type Judged, type Order, sweep } from './plan.ts';
import { openTheatre } from './play.ts';
import { again, journalOf, startReport } from './report.ts';
import { scenarioNamed } from './scenarios.ts';

/**
 * `npm run sweep`; see options.ts.
 * @returns the exit code: 1 when an invariant did not hold.
 */
async function main(): Promise<number> {
  const { fault, jobs, ...order } = readOptions(process.argv.slice(2));
  const { seed } = order;
  if (fault) return replay(order.scenario ?? '', seed, fault);
  const report = startReport(() => performance.now());
  console.log(`seed ${seed}`);
  await inThreads(order, jobs, (judged) => {
    report.take(judged);
    if (judged.breaches.length > 0) console.error(`broken: npm run sweep -- ${again(judged)}`);
    if (report.runs % 1000 === 0) console.error(`${report.runs} runs, ${report.broken.length} with a broken invariant`);
  });
  console.log(report.text());
  return report.broken.length > 0 ? 1 : 0;
}

async function inThreads(order: Order, jobs: number, take: (judged: Judged) => void): Promise<void> {
  await Promise.all(
    Array.from({ length: jobs }, (_, index) => {
      const worker = new Worker(new URL(import.meta.url), {
        workerData: { order, part: { index, of: jobs } },
        // Nearly all that a run makes is gone after it: with more room for it, less of it is moved about.
        resourceLimits: { maxYoungGenerationSizeMb: 128 },
      });
      return new Promise<void>((over, fail) => {
        worker.on('message', take);
        worker.on('error', fail);
        worker.on('exit', () => over());
      });
    }),
  );
}

async function replay(name: string, seed: number, faults: Fault[]): Promise<number> {
  const theatre = await openTheatre();
  const played = await theatre.play(scenarioNamed(name), seed, faults);
  const breaches = breachesOf(evidenceOf(played));
  theatre.close();
  console.log(journalOf(played.world));
  for (const { invariant, what } of breaches) console.log(`BROKEN ${invariant}: ${what}`);
  if (breaches.length === 0) console.log('every invariant holds');
  return breaches.length > 0 ? 1 : 0;
}

if (isMainThread) process.exitCode = await main();
else {
  const { order, part } = workerData as { order: Order; part: { index: number; of: number } };
  const theatre = await openTheatre();
  await sweep(theatre, order, part, (judged) => parentPort?.postMessage(judged));
  theatre.close();
}
