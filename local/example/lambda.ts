import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { load } from 'js-yaml';
import type { Example } from './example.ts';
import type { Page } from './load.ts';

const VERSIONS = ['v1', 'v2'];

/** A function at its own address. */
export const lambdaExample: Example = {
  name: 'lambda',
  pilot: 'acme-hours',
  versions: VERSIONS,
  pages: async (folder) => [await pageOf(folder, '/'), await pageOf(folder, '/nothing', 404)],
  kept: () => [],
};

/** A page as each version's own function answers with it. */
async function pageOf(folder: string, path: string, status = 200): Promise<Page> {
  const versions: Page['versions'] = {};
  for (const version of VERSIONS) versions[version] = await answerOf(join(folder, version), path);
  return { path, status, versions };
}

async function answerOf(folder: string, rawPath: string): Promise<string> {
  const { config } = load(readFileSync(join(folder, 'pilot.yaml'), 'utf8')) as { config: { values: object } };
  // It reads its configuration as it is loaded, as it does in Lambda.
  Object.assign(process.env, config.values);
  const { handler } = await import(pathToFileURL(join(folder, 'function/index.mjs')).href);
  return (await handler({ rawPath, requestContext: { timeEpoch: Date.now() } })).body;
}
