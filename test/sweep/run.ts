import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { evidenceOf } from './evidence.ts';
import { EVENT_MODES, type Fault, MODES } from './faults.ts';
import { breachesOf } from './invariants/index.ts';
import { type Judged, type Order, sweep } from './plan.ts';
import { openTheatre } from './play.ts';
import { journalOf, startReport } from './report.ts';
import { scenarioNamed } from './scenarios.ts';

/**
 * `npm run sweep`: every single fault of every scenario, and seeded double faults.
 *
 * --seed N        seed of all chances (1)
 * --doubles N     how many double faults (10000)
 * --all           every lasting fault, not only a twentieth of them (takes three times as long)
 * --no-singles    only double faults
 * --scenario S    only this one
 * --jobs N        threads (2)
 * --fault F       plays one run with this fault, and shows its journal; may be given twice
 *
 * @returns the exit code: 1 when an invariant did not hold.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      seed: { type: 'string', default: '1' },
      doubles: { type: 'string', default: '10000' },
      singles: { type: 'boolean', default: true },
      all: { type: 'boolean', default: false },
      scenario: { type: 'string' },
      jobs: { type: 'string', default: '2' },
      fault: { type: 'string', multiple: true },
    },
  });
  const seed = Number(values.seed);
  if (values.fault) return replay(values.scenario ?? '', seed, values.fault.map(readFault));
  const order: Order = {
    seed,
    singles: values.singles,
    all: values.all,
    doubles: Number(values.doubles),
    ...(values.scenario && { scenario: values.scenario }),
  };
  const began = performance.now();
  const report = startReport();
  console.log(`seed ${seed}`);
  await inThreads(order, Number(values.jobs), (judged) => {
    report.take(judged);
    if (report.runs % 1000 === 0) console.error(`${report.runs} runs, ${report.broken.length} with a broken invariant`);
  });
  console.log(report.text((performance.now() - began) / 1000));
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

function readFault(text: string): Fault {
  const [, mode = '', at = '', lasting] = /^([a-z ]+)@(\d+)(?:\+(\d+))?$/.exec(text) ?? [];
  const known = [...MODES, ...EVENT_MODES].find((one) => one === mode);
  if (!known) throw new Error(`${text} is no fault; one is late@23, or throttled@3+300 when it lasts 300 seconds`);
  return { mode: known, at: Number(at), ...(lasting && { lasting: Number(lasting) * 1000 }) };
}

if (isMainThread) process.exitCode = await main();
else {
  const { order, part } = workerData as { order: Order; part: { index: number; of: number } };
  const theatre = await openTheatre();
  await sweep(theatre, order, part, (judged) => parentPort?.postMessage(judged));
  theatre.close();
}
