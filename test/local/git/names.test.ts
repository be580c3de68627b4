import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = `
await import(${JSON.stringify(join(__dirname, '../../../local/git/webhooks.ts'))});
const { lookup } = await import('node:dns');
lookup('a1b2c3d4.execute-api.localhost', (_, address) => console.log(address));
`;

describe('webhook local git: where webhooks are sent', () => {
  it('is found under any name below localhost, whatever the resolver knows', async () => {
    const asked = ['--input-type=module', '--eval', PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, asked);
    expect(stdout.trim()).toBe('127.0.0.1');
  });
});
