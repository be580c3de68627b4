import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimRun } from '../../local/one-run.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pilotage-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a folder is for one run at a time, and free again after it', () => {
  const first = claimRun(folder);
  expect(claimRun(folder)).toMatchObject({
    problem: { code: 'RUNS_ALREADY', message: expect.stringContaining(String(process.pid)) },
  });
  if ('release' in first) first.release();
  expect(claimRun(folder)).toHaveProperty('release');
});

test.each(['999999999', '', 'nonsense'])('the claim of a run that is gone (%p) counts for nothing', (left) => {
  writeFileSync(join(folder, 'running'), left);
  expect(claimRun(folder)).toHaveProperty('release');
});
