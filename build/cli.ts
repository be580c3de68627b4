import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.ts';

const SOURCE = 'cli/pilot.ts';
const SHEBANG = '#!/usr/bin/env node\n';

/** Makes dist/cli/pilot.js, which runs alone on Node 20 and later. @returns whether there was a source to build. */
export async function buildCli({ root = process.cwd() }: { root?: string } = {}): Promise<boolean> {
  if (!existsSync(join(root, SOURCE))) return false;
  const { code } = await bundle(root, { out: 'pilot.js', source: SOURCE }, 'node20');
  const folder = join(root, 'dist/cli');
  await rm(folder, { recursive: true, force: true });
  for (const [path, content] of code) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path === 'pilot.js' ? withShebang(content) : content);
  }
  await chmod(join(folder, 'pilot.js'), 0o755);
  return true;
}

function withShebang(content: Uint8Array): Uint8Array {
  const text = Buffer.from(content);
  return text.subarray(0, 2).toString() === '#!' ? text : Buffer.concat([Buffer.from(SHEBANG), text]);
}
