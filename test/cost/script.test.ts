import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { completeLists, pathOf, write } from './bulk-lists.ts';

const script = join(__dirname, '../../build/prices.ts');
const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

describe('node build/prices.ts', () => {
  const folder = write(completeLists());
  const out = join(folder, 'prices.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes the prices of the lists in a folder, the same bytes each time', () => {
    const { status, stderr } = run('--from', folder, '--region', 'eu-west-2', '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const once = readFileSync(out, 'utf8');
    expect(JSON.parse(once)).toMatchObject({ date: '2027-02-03', regions: { 'eu-west-2': { 'nat.hour': 0.125 } } });
    run('--from', folder, '--region', 'eu-west-2', '--out', out);
    expect(readFileSync(out, 'utf8')).toBe(once);
  });

  it('names what it did not find and exits with 1', () => {
    rmSync(join(folder, pathOf('secret.month')));
    const { status, stderr } = run('--from', folder, '--region', 'eu-west-2', '--out', out);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^PRICE_LIST_UNREADABLE .*AWSSecretsManager.*\n$/);
    expect(JSON.parse(readFileSync(out, 'utf8')).regions['eu-west-2']).toMatchObject({
      'secret.month': 0.4,
      'nat.gb': 0.125,
    });
  });

  it('explains itself, and does not guess at what it does not know', () => {
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('memory') });
    expect(run('--regoin', 'eu-west-2')).toMatchObject({ status: 1, stderr: expect.stringContaining('--regoin') });
  });
});
