import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from '../local/proxy/tally.ts';
import { imagesIn, tellImages } from '../local/tasks/images.ts';
import { count } from './calls/measure.ts';
import { benchOptions } from './options.ts';
import { wholeTemplate } from './peers/template.ts';
import { peers } from './peers/tools.ts';
import { inColumns } from './swaps/columns.ts';
import { type OwnStack, withOwnStack } from './swaps/own-stack.ts';

/**
 * `node bench/peers.ts`: the same releases of a service by Pilotage, by `aws cloudformation deploy` and by
 * `cdk deploy`: how many calls they make. The emulator ends a stack's update at once, so looks that depend on time are as
 * few as they can be. Exits with 1 when Pilotage makes more calls to CloudFormation than its bounds.
 */
benchOptions({
  command: 'node bench/peers.ts',
  measures: 'The calls that the same releases take by Pilotage, by aws cloudformation deploy and by cdk deploy.',
  fails: 'one is over its bound',
});
const root = process.cwd();
const EXAMPLE = join(root, 'examples/ecs');
/** What is released, and how often Pilotage may call CloudFormation for it, looks apart. */
const RELEASES: readonly { what: string; version: string; more?: string; most: number }[] = [
  { what: 'first', version: 'v1', most: 5 },
  { what: 'other code', version: 'v2', most: 0 },
  { what: 'no change', version: 'v2', most: 0 },
  { what: 'other health check', version: 'v2', more: '  path: /\n', most: 3 },
];

/** Calls that tell how far it is, as often as time passes. */
const LOOKS = /^(?:DescribeStacks|DescribeEvents|DescribeStackEvents)$/;

const manifestOf = async (name: string, version: string, more = '') =>
  (await readFile(join(EXAMPLE, version, 'pilot.yaml'), 'utf8'))
    .replace('name: acme-shop', `name: ${name}`)
    .replace(/ {2}path: .*\n/, (path) => more || path);

interface Taken {
  who: string;
  what: string;
  changing: number;
  looking: number;
  others: number;
}

const DEPLOYING = /^(?:cloudformation|ecs|elasticloadbalancing|application-autoscaling|iam|sts|ssm)$/;
const VIEWING = /^(?:api-|parking-|pilot$)/;

function taken(who: string, what: string, rows: readonly Row[]): Taken {
  const of = rows.filter(({ service, caller }) => DEPLOYING.test(service) && !VIEWING.test(caller));
  const stacks = of.filter(({ service }) => service === 'cloudformation');
  const looking = count(stacks.filter(({ action }) => LOOKS.test(action)));
  return { who, what, looking, changing: count(stacks) - looking, others: count(of) - count(stacks) };
}

const isOurs = ({ who, what }: Taken, release: string) => who === 'Pilotage' && what === release;

async function measure({ environment, proxy, folder, pilot }: OwnStack): Promise<Taken[]> {
  await tellImages(environment.emulator.url, imagesIn(EXAMPLE, ['v1', 'v2']));
  const all: Taken[] = [];
  for (const { what, version, more } of RELEASES) {
    const own = join(folder, 'acme-shop');
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'pilot.yaml'), await manifestOf('acme-shop', version, more));
    proxy.clear();
    await pilot('deploy', own);
    all.push(taken('Pilotage', what, proxy.rows()));
  }
  for (const [index, peer] of (await peers(root)).entries()) {
    const name = `peer-${index + 1}`;
    for (const { what, version, more } of RELEASES) {
      const manifest = `${await manifestOf(name, version, more)}edge: { mode: rules }\n`;
      proxy.clear();
      await peer.deploy(name, wholeTemplate(manifest), folder, `http://127.0.0.1:${proxy.port}`);
      all.push(taken(peer.name, what, proxy.rows()));
    }
  }
  return all;
}

const all = await withOwnStack(root, measure);
const HEAD = ['', 'release', 'calls to CloudFormation', 'and looks', 'to others'];
const line = ({ who, what, changing, looking, others }: Taken) => [
  who,
  what,
  ...[changing, looking, others].map(String),
];
console.log(inColumns([HEAD, ...all.map(line)]));
const over = RELEASES.filter(({ what, most }) => all.some((one) => isOurs(one, what) && one.changing > most));
for (const { what, most } of over) console.log(`OVER ITS BOUND: ${what}: at most ${most} calls to CloudFormation`);
process.exitCode = over.length === 0 ? 0 : 1;
