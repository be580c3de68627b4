import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pilot } from '../cli/program.ts';
import { loadManifest } from '../shared/manifest/load.ts';

const root = join(__dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const block = (language: string, index = 0) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))][index]?.[1] ?? '';

/** Runs the CLI as the README shows it, in a folder; gives what it wrote and its exit code. */
async function run(args: string[], cwd: string) {
  const written: string[] = [];
  const sink = { write: (chunk: string | Uint8Array) => written.push(String(chunk)) > 0 };
  const code = await pilot(args, { out: sink, err: sink, env: {}, cwd, home: cwd, signals: process });
  return { code, text: written.join('') };
}

describe('the README', () => {
  it('opens with a manifest that is valid', () => {
    expect(loadManifest(Buffer.from(block('yaml')), 'pilot.yaml')).toMatchObject({
      ok: true,
      manifest: { name: 'acme-site' },
    });
  });

  it('shows what pilot validate really says of a mistake', async () => {
    const [, command = '', ...said] = /\$ pilot (validate [^\n]+)\n([\s\S]*)/.exec(block('console')) ?? [];
    const folder = join(root, 'test', 'readme');
    const { code, text } = await run(command.trim().split(' '), folder);
    expect(code).toBe(2);
    expect(text.trim()).toBe(said.join('').trim());
  });

  it('names commands that there are', async () => {
    const commands = [...readme.matchAll(/^\| `pilot (\w+)/gm)].map(([, command = '']) => command);
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const command of commands)
      expect([command, (await run([command, '--help'], root)).code]).toEqual([command, 0]);
  });

  it('gives two commands, and they are scripts of the package', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(readme).toContain('npm ci && npm start');
    expect(readme).toContain('npm ci && npm test');
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']));
  });
});
