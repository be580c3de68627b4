import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Whether Biome lets a file at `path` import `from`, by the rules in biome.json. */
function mayImport(path: string, from: string): boolean {
  const { status, stdout, stderr } = spawnSync('npx', ['biome', 'lint', `--stdin-file-path=${path}`], {
    cwd: join(__dirname, '..'),
    input: `import { thing } from '${from}';\nexport const other = thing;\n`,
    encoding: 'utf8',
  });
  if (status !== 0 && !`${stdout}${stderr}`.includes('noRestrictedImports')) throw new Error(stdout + stderr);
  return status === 0;
}

describe('who may import whom', () => {
  it.each([
    ['functions/deploy/new.ts', '../../shared/step.ts', true],
    ['functions/deploy/new.ts', './queue.ts', false],
    ['functions/api/new.ts', '../deploy/../../cli/pilot.ts', false],
    ['shared/new.ts', '../functions/deploy/queue.ts', false],
    ['shared/manifest/new.ts', '../errors.ts', true],
    ['shared/manifest/new.ts', '../aws/table.ts', false],
    ['shared/manifest/new.ts', '@aws-sdk/client-s3', false],
    ['shared/targets/new/new.ts', '../../aws/objects.ts', true],
    ['shared/targets/new/new.ts', '../../ledger/lock.ts', false],
    ['cli/commands/new.ts', '../../shared/api.ts', true],
    ['cli/commands/new.ts', '../../shared/aws/table.ts', false],
    ['cli/commands/new.ts', '../../functions/api/api.ts', false],
  ])('%s importing %s: %p', (path, from, allowed) => {
    expect(mayImport(path, from)).toBe(allowed);
  });
});
