import { type LoadReport, Viewers } from '../local/example/load.ts';
import { staticExample } from '../local/example/static.ts';
import { Forward } from './swaps/forward.ts';
import { type OwnStack, withOwnStack } from './swaps/own-stack.ts';
import { askedOf, hashedOf, isUnlike, makeRelease } from './swaps/releases.ts';

/**
 * `node bench/swaps.ts`: what viewers get while releases follow each other
 * through the local edge: failed and mixed answers, people who were given an
 * older release after a newer one, and what open tabs of old releases still find.
 * Exits with 1 when there was any.
 */
const root = process.cwd();
const VERSIONS = ['v1', 'v2', 'v1', 'v2', 'v1', 'v2'];
/** Which of them comes in by shares of the viewers. */
const CANARY = 4;
const CANARY_ROLLOUT = 'rollout:\n  steps: [10, 50, 100]\n  bake: 2s\n';
const LEAST_REQUESTS = 5_000;
const PEOPLE = 60;

interface Row {
  what: string;
  seconds?: string;
  requests: number;
  failed: number;
  mixed: number;
  'went back'?: number;
}

async function measure({ environment, folder, pilot }: OwnStack): Promise<{ rows: Row[]; failures: string[] }> {
  const releases: string[] = [];
  for (const [index, version] of VERSIONS.entries())
    releases.push(await makeRelease(root, folder, version, index + 1, index + 1 === CANARY ? CANARY_ROLLOUT : ''));
  const [first = '', ...later] = releases;
  const { edge } = environment.ports;
  const pages = await askedOf(folder, releases);

  await pilot('deploy', `${folder}/${first}`);
  const forward = new Forward(releases);
  const viewers = new Viewers(staticExample.host, edge, {
    people: PEOPLE,
    onServed: (person, page, version) => isUnlike(page) && forward.saw(person, page.path, version),
  });
  const stop = viewers.keepAsking(pages);
  const rows: Row[] = [];
  const failures: string[] = [];
  for (const release of later) {
    const before = { ...viewers.report, back: forward.back };
    const began = performance.now();
    await pilot('deploy', `${folder}/${release}`);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const { requests, failed, mixed } = difference(viewers.report, before);
    const what = `swap to ${release}${release === releases[CANARY - 1] ? ', 10 50 100 %' : ''}`;
    rows.push({ what, seconds, requests, failed, mixed, 'went back': forward.back - before.back });
    const now = await askOnce(edge, pages.filter(isUnlike).map(onlyIn(release)));
    rows.push({ what: `  then only ${release}`, ...counts(now) });
    failures.push(...now.failures);
  }
  const swapping = rows.reduce((sum, row) => sum + row.requests, 0);
  const last = { ...viewers.report, back: forward.back };
  while (viewers.report.requests - last.requests < LEAST_REQUESTS - swapping) await pause(50);
  const report = await stop();
  failures.push(...report.failures);
  const rest = difference(report, last);
  rows.push({ what: 'after the last', ...rest, 'went back': forward.back - last.back });

  for (const release of releases.slice(0, -1)) {
    const kept = await askOnce(edge, hashedOf(folder, release));
    rows.push({ what: `hashed files of ${release}`, ...counts(kept) });
    failures.push(...kept.failures);
  }
  return { rows, failures };
}

async function askOnce(edge: number, pages: ReturnType<typeof hashedOf>): Promise<LoadReport> {
  const viewers = new Viewers(staticExample.host, edge);
  for (const page of pages) await viewers.ask(page);
  return viewers.report;
}
