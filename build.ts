import { buildCli } from './build/cli.ts';
import { writeDocs } from './build/docs.ts';
import { type BuiltFunction, buildFunctions } from './build/functions.ts';
import { packageStack } from './build/package.ts';

export { buildFunctions };

/**
 * `node build.ts` builds all functions, `node build.ts deploy-shift …` those, `node build.ts cli` the CLI,
 * `node build.ts docs` what is written by the manifest's schema, `node build.ts stack` all that is deployed.
 */
async function main(names: string[]): Promise<void> {
  if (names.length === 1 && names[0] === 'cli') {
    if (!(await buildCli())) console.log('There is no cli/pilot.ts yet; nothing to build.');
    return;
  }
  if (names.length === 1 && names[0] === 'docs') return writeDocs(import.meta.dirname);
  if (names.length === 1 && names[0] === 'stack') {
    await buildFunctions();
    console.log((await packageStack()) ? 'The stack was packaged.' : 'The stack is unchanged.');
    return;
  }
  const built = await buildFunctions(names.length ? { names } : {});
  console.log(table(built));
}

function table(functions: readonly BuiltFunction[]): string {
  const kb = (bytes: number) => (bytes / 1000).toFixed(1).padStart(9);
  const width = Math.max(8, ...functions.map(({ name }) => name.length));
  const rows = functions.map(
    ({ name, staticBytes, zipBytes, built }) =>
      `${name.padEnd(width)}${kb(staticBytes)}${kb(zipBytes)}${built ? '' : '  unchanged'}`,
  );
  return [`${'function'.padEnd(width)}${'static KB'.padStart(9)}${'zip KB'.padStart(9)}`, ...rows].join('\n');
}

if (import.meta.main)
  main(process.argv.slice(2)).catch((error: unknown) => {
    // esbuild has printed its own errors, with their places.
    if (!(error instanceof Error && 'errors' in error)) console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
