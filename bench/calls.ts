import { judged, NO_CHANGE } from './calls/bounds.ts';
import { isLooking, type Measured, measureCalls } from './calls/measure.ts';
import { listenForS3 } from './calls/s3-requests.ts';
import { callLines } from './calls/table.ts';
import { benchOptions } from './options.ts';
import { inColumns } from './swaps/columns.ts';
import { type OwnStack, withOwnStack } from './swaps/own-stack.ts';
import { makeRelease } from './swaps/releases.ts';

/**
 * `node bench/calls.ts`: which AWS calls each function makes for a first, a
 * changed and an unchanged deployment and for a rollback; how many transitions
 * they take, and how large their state becomes. Exits with 1 when one of the
 * figures is over its bound.
 */
benchOptions({
  command: 'node bench/calls.ts',
  measures: 'The AWS calls, the state transitions and the size of the state, for each kind of deployment.',
  fails: 'one is over its bound',
});
const root = process.cwd();
const PILOT = 'acme-site';

async function measure(stack: OwnStack): Promise<Measured[]> {
  const { folder } = stack;
  for (const release of ['1-v1', '2-v2']) await makeRelease(root, folder, release);
  const heard = listenForS3();
  const all: Measured[] = [];
  for (const [what, ...args] of [
    ['first', 'deploy', `${folder}/1-v1`],
    ['changed', 'deploy', `${folder}/2-v2`],
    [NO_CHANGE, 'deploy', `${folder}/2-v2`],
    ['rollback', 'rollback', PILOT],
  ])
    all.push(await measureCalls(stack, heard, what ?? '', args));
  return all;
}

const all = await withOwnStack(root, measure);
console.log(inColumns(callLines(all, (row) => !isLooking(row))));
console.log('\nLooking and asking, as often as time passes and people ask\n');
console.log(inColumns(callLines(all, isLooking)));
const { lines, over } = judged(all);
console.log(`\n${inColumns(lines)}`);
for (const line of over) console.log(`OVER ITS BOUND: ${line}`);
process.exitCode = over.length === 0 ? 0 : 1;
