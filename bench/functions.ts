import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Bundle, bundle } from '../build/bundle.ts';
import { findFunctions } from '../build/functions.ts';
import { benchOptions } from './options.ts';

/**
 * `node bench/functions.ts`: what a cold start loads before each function's
 * handler runs, in bytes and in CPU time, and the same of its SDK clients alone.
 */
benchOptions({
  command: 'node bench/functions.ts',
  measures: 'What a cold start loads before a function’s handler runs, and its SDK clients alone.',
});
const RUNS = 9;
const root = process.cwd();

async function main(): Promise<void> {
  // Inside the repository, so that the comparison finds the same SDK.
  await mkdir(join(root, 'dist'), { recursive: true });
  const folder = await mkdtemp(join(root, 'dist/bench-'));
  try {
    console.log('function          static KB  import ms  SDK alone ms  ratio');
    for (const [name, source] of await findFunctions(root)) console.log(row(name, await measure(folder, name, source)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Measured {
  bytes: number;
  cpu: number;
  /** Absent where no SDK client is loaded before the handler runs. */
  sdk?: number;
}

function row(name: string, { bytes, cpu, sdk }: Measured): string {
  const compared = sdk ? `${sdk.toFixed(1).padStart(12)}${(cpu / sdk).toFixed(2).padStart(7)}` : '           –      –';
  return `${name.padEnd(17)}${(bytes / 1000).toFixed(1).padStart(10)}${cpu.toFixed(1).padStart(11)}  ${compared}`;
}

async function measure(folder: string, name: string, source: string): Promise<Measured> {
  const own = await bundle(root, { out: 'index.mjs', source }, 'node24');
  const clients = new Set(own.staticInputs.flatMap((input) => /@aws-sdk\/client-[a-z-]+/.exec(input)?.[0] ?? []));
  const cpu = await importCpu(await lay(join(folder, name), own));
  if (clients.size === 0) return { bytes: own.staticBytes, cpu };

  const alone = join(folder, `${name}-sdk.mjs`);
  await writeFile(alone, [...clients].map(constructed).join('\n'));
  const sdk = await bundle(root, { out: 'index.mjs', source: alone }, 'node24');
  return { bytes: own.staticBytes, cpu, sdk: await importCpu(await lay(join(folder, `${name}-sdk`), sdk)) };
}

/** The client, made once with one command at hand, as any use of it needs. */
function constructed(client: string): string {
  const name = {
    'client-dynamodb': ['DynamoDBClient', 'GetItemCommand'],
    'client-eventbridge': ['EventBridgeClient', 'PutEventsCommand'],
  }[client.slice('@aws-sdk/'.length)];
  if (!name) throw new Error(`say in bench/functions.ts how ${client} is made`);
  const [made, command] = name;
  return `import { ${made}, ${command} } from '${client}';\nexport const of${made} = [new ${made}({ region: 'us-east-1' }), ${command}];`;
}

async function lay(folder: string, { code }: Bundle): Promise<string> {
  for (const [path, content] of code) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return join(folder, 'index.mjs');
}

/** Milliseconds of CPU that an import takes in a process of its own: the median of several. */
async function importCpu(file: string): Promise<number> {
  const script = `const b = process.cpuUsage(); await import(${JSON.stringify(file)}); const { user, system } = process.cpuUsage(b); console.log((user + system) / 1000);`;
  const env = { ...process.env, AWS_REGION: 'us-east-1' };
  const taken: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
    taken.push(Number(stdout));
  }
  return taken.sort((a, b) => a - b)[RUNS >> 1] ?? 0;
}

await main();
