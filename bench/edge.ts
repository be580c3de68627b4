import { fourGroups, fourYears, type Row, yearsOfSample } from './edge/four-groups.ts';
import { moreGroups, moreRanges, type Sized } from './edge/growth.ts';
import { AGGREGATION_MS, missedBy, missedByDeciding, missedByGrowth } from './edge/judged.ts';
import { aggregated, decided } from './edge/pure.ts';
import { withScene } from './edge/scene.ts';
import { startWire } from './edge/wire.ts';
import { benchOptions } from './options.ts';
import { inColumns } from './swaps/columns.ts';

/**
 * `npm run bench:edge`: which calls it takes to keep security groups in step with CloudFront's ranges, and what is let in
 * after each single one of them, beside AWS's sample, on moto; and how both grow. The last line is JSON. Exits with 1 when
 * Pilotage misses one of its goals. `--small` leaves the larger sizes out.
 */
const { small } = benchOptions({
  command: 'npm run bench:edge --',
  measures:
    'The calls that keep security groups at CloudFront’s ranges, beside AWS’s sample, and what is let in meanwhile. The last line is JSON.',
  fails: 'a goal is missed',
  small: 'leave the larger sizes out',
});
const root = process.cwd();
const USUAL_QUOTA = 60;
const RAISED_QUOTA = 3_000;

const sizes = small ? { ranges: [100], groups: [1, 10] } : { ranges: [100, 1_000], groups: [1, 10, 100, 1_000] };

const four: Row[] = [];
const grown: Sized[] = [];
const wire = await startWire();
try {
  await withScene({ wire, root, rulesAGroup: USUAL_QUOTA }, async (scene) => {
    four.push(...(await fourGroups(scene)), ...(await fourYears(scene)));
    grown.push(...(await moreGroups(scene, sizes.groups)));
  });
  await withScene({ wire, root, rulesAGroup: RAISED_QUOTA }, async (scene) => {
    four.push(...(await yearsOfSample(scene, 'sample, quota raised')));
    grown.push(...(await moreRanges(scene, sizes.ranges)));
  });
} finally {
  await wire.stop();
}
const all = [100, 1_000, 10_000].map(decided);
const aggregation = aggregated(100_000);

const least = ({ goal }: Row) =>
  Object.entries(goal ?? {})
    .map(([of, most]) => `${most} ${of}`)
    .join(', ');
console.log('Four groups\n');
console.log(
  inColumns([
    ['', '', 'reads', 'writes', 'refused', 'own table', 'states', 'with less', 'ms', 'ended', 'at most'],
    ...four.map((row) => [
      row.who,
      row.what,
      ...[row.reads, row.writes, row.refused, row.ledger, row.states, row.fewer, row.ms].map(String),
      row.right ? row.outcome : `${row.outcome}: not right`,
      least(row),
    ]),
  ]),
);
console.log('\nMore ranges, and more groups\n');
console.log(
  inColumns([
    ['', '', 'of', 'reads', 'writes', 'own table', 'states', 'with less', 'ms', 'MB'],
    ...grown.map((row) => [
      row.who,
      row.what,
      ...[row.size, row.reads, row.writes, row.ledger, row.states, row.fewer, row.ms, row.memory].map(String),
    ]),
  ]),
);
console.log('\nWithout I/O, milliseconds of one core\n');
console.log(
  inColumns([
    ['ranges', 'read', 'compared', 'MB'],
    ...all.map(({ prefixes, read, decide, memory }) => [prefixes, read, decide, memory].map(String)),
  ]),
);
console.log(`\n100000 ranges aggregated in ${aggregation} ms, at most ${AGGREGATION_MS}`);
const missed = [...missedBy(four), ...missedByGrowth(grown), ...missedByDeciding(all, aggregation)];
for (const line of missed) console.log(`MISSED: ${line}`);
console.log(JSON.stringify({ four, grown, decided: all, aggregation, missed }));
process.exitCode = missed.length === 0 ? 0 : 1;
