import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptOf } from '../../../shared/targets/ec2/run-script.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pilotage-run-'));
  // Nobody becomes another user here: it tells what it was asked, and with which environment.
  writeFileSync(join(folder, 'runuser'), '#!/bin/sh\necho "$PATH $HOME $*"\n');
  chmodSync(join(folder, 'runuser'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const ran = (environment: string) => {
  writeFileSync(join(folder, 'environment'), environment);
  const shell = { user: 'pilot', folder: '/opt/pilot/release', environmentFile: join(folder, 'environment') };
  const lines = scriptOf(shell, ['node', 'count.js']).join('\n');
  return spawnSync('/bin/sh', ['-c', lines], { encoding: 'utf8', env: { PATH: `${folder}:/usr/bin:/bin` } });
};

describe('the lines that run a command on an instance', () => {
  it('run it with the environment of the pilot, even where that has a PATH of its own', () => {
    const { stdout, stderr } = ran('PATH="/opt/pilot/release/bin"\n');
    expect([stdout, stderr]).toEqual(['/opt/pilot/release/bin /opt/pilot/release -u pilot -- node count.js\n', '']);
  });
});
