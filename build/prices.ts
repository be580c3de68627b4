import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatProblem } from '../shared/errors.ts';
import { refresh, type Snapshot } from './prices/refresh.ts';
import { textOf } from './prices/text.ts';

const FILE = join(import.meta.dirname, '../shared/cost/prices.json');
const LISTS = 'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws';

const HELP = `Usage: node build/prices.ts [--region REGION …] [--from DIR] [--out FILE]

Reads AWS's bulk price lists and writes the prices that Pilotage knows
(shared/cost/catalogue.ts) into shared/cost/prices.json. No credentials are needed.

  --region REGION  only this region; may be repeated (default: those in prices.json)
  --from DIR       a folder, or another address, with the lists laid out as AWS does:
                   <offer>/current/<region>/index.json, and for CloudFront and
                   Route 53 <offer>/current/index.json (default: ${LISTS})
  --out FILE       where to write (default: shared/cost/prices.json)

EC2's list alone has some 400 MB for each region. The lists are read one after
another and as they arrive, so that about 200 MB of memory are enough.

A price that is not found, or found with different values, is named on stderr and
stays as it was; the others are written.

Exit codes: 0 every price is fresh · 1 some are not, or bad usage
`;

const options = {
  region: { type: 'string', multiple: true },
  from: { type: 'string', default: LISTS },
  out: { type: 'string', default: FILE },
  help: { type: 'boolean', default: false },
} as const;

async function main(args: string[]): Promise<number> {
  const { region, from, out, help } = parseArgs({ args, options }).values;
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  const old: Snapshot = JSON.parse(await readFile(FILE, 'utf8'));
  const { snapshot, problems } = await refresh(old, region ?? Object.keys(old.regions), from);
  await writeFile(out, textOf(snapshot));
  for (const problem of problems) console.error(formatProblem(problem));
  const places = Object.keys(snapshot.regions).length;
  console.log(`${out}: prices of ${snapshot.date} in ${places} regions, ${problems.length} problems`);
  return problems.length > 0 ? 1 : 0;
}

if (import.meta.main)
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
