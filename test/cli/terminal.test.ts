import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { DeploymentNow } from '../../shared/api.ts';
import { failed, running, STRAIGHT, succeeded } from './support/deployments.ts';

const ESCAPE = '\u001b';

/** What stays on a screen: lines are erased (2K) and gone up to (1A) when they are drawn anew. */
function screenAfter(output: string): string[] {
  const lines = [''];
  let at = 0;
  for (const piece of output.split(ESCAPE)) {
    const [, command = '', text = ''] = /^(\[[?\d;]*[A-Za-z])?(.*)$/s.exec(piece) ?? [];
    if (command === '[1A') at -= 1;
    if (command === '[2K') lines[at] = '';
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) at += 1;
      lines[at] = (lines[at] ?? '') + part;
    }
  }
  return lines;
}

/** The rows that stay on the screen after these looks. */
function rows(...looks: (DeploymentNow | null)[]): string[] {
  const { stdout, stderr } = run('terminal.ts', JSON.stringify(looks));
  expect(stderr).toBe('');
  return screenAfter(stdout).filter((line) => /^[✔✖↓⚠]/.test(line));
}

function run(script: string, ...args: string[]) {
  const env = { ...process.env, LISTR_FORCE_UNICODE: '1', NO_COLOR: '1', NODE_NO_WARNINGS: '1' };
  return spawnSync(process.execPath, [join(__dirname, 'support', script), ...args], { encoding: 'utf8', env });
}

describe('in a terminal', () => {
  it('each step keeps one row with the time that it took', () => {
    expect(rows(null, running(['Validate']), succeeded())).toEqual([
      '✔ Request   taken up',
      ...STRAIGHT.map((step) => `✔ ${step.padEnd(9)} 1.0 s`),
    ]);
  });

  it('the row of the step that failed says so, and those after it do not', () => {
    const shown = rows(failed());
    expect(shown).toContain('✖ Verify    1.0 s');
    expect(shown).toContain('✔ Rollback  1.0 s');
  });

  it('the row of a step that is done and warns has a sign of its own, and says why', () => {
    const shown = rows(running(['Validate']), succeeded({ warnings: { Finish: 'it runs on' } }));
    expect(shown).toContain('⚠ Finish    1.0 s · it runs on');
    expect(shown).toContain('✔ Unlock    1.0 s');
  });

  it('a step that nobody looks at any longer is not shown as done', () => {
    const deadline = `${new Date().toISOString().slice(0, 10)}T03:00:00.000Z`;
    const waiting = { awaits: 'another one to finish', deadline };
    expect(rows(running(['Validate', 'Queue'], { waiting })).at(-1)).toBe(
      '↓ Queue     waiting for another one to finish, until 03:00:00Z at most · 0 s',
    );
  });

  it('Ctrl-C ends the row and says that the deployment goes on', () => {
    const { status, stdout } = run('interrupted.ts');
    expect(status).toBe(130);
    const lines = screenAfter(stdout);
    expect(lines.filter((line) => line.startsWith('↓'))).toEqual([expect.stringMatching(/^↓ Shift/)]);
    const text = lines.join('\n');
    expect(text).toContain('No longer following. The deployment goes on.\n  → look again: pilot status acme-site\n');
  });
});
