import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { currentStamp, fingerprint, writeStamp } from './stamp.ts';

/** Where osls leaves the template. */
export const PACKAGE_FOLDER = 'dist/stack';

/**
 * Makes the stack's CloudFormation template with osls, unless nothing that it
 * is made from has changed. The zips are no part of it: only their names are.
 * @returns whether it was made now.
 * @throws with what osls said, when it found something wrong.
 */
export async function packageStack(root = process.cwd()): Promise<boolean> {
  const template = join(root, PACKAGE_FOLDER, 'cloudformation-template-update-stack.json');
  const stampFile = join(root, 'dist/stamps/stack.json');
  if (existsSync(template) && (await currentStamp(root, stampFile))) return false;

  const inputs = ['serverless.yml', 'edge/viewer-request.js'];
  for await (const path of glob(['stack/*', 'statemachines/*'], { cwd: root })) inputs.push(path);
  await osls(root, ['package', '--package', PACKAGE_FOLDER]);
  await writeStamp(stampFile, { fingerprint: await fingerprint(root, inputs), inputs, staticBytes: 0, zipBytes: 0 });
  return true;
}

async function osls(root: string, args: string[]): Promise<void> {
  const program = join(root, 'node_modules/osls/bin/serverless.js');
  try {
    await promisify(execFile)(process.execPath, [program, ...args], { cwd: root });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`osls ${args.join(' ')} failed:\n${stdout}${stderr}`.trim());
  }
}
