import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../../../local/emulator/environment.ts';

let home: string;
let options: { folder: string; requirements: string };
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pilotage-venv-'));
  options = { folder: join(home, 'venv'), requirements: join(home, 'requirements.txt') };
  await writeFile(options.requirements, '# nothing\n');
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('an environment is made once, and anew when the requirements change', async () => {
  expect(await pythonEnvironment(options)).toMatchObject({ made: true });
  expect(await pythonEnvironment(options)).toMatchObject({ made: false });
  await writeFile(options.requirements, '# something else\n');
  expect(await pythonEnvironment(options)).toMatchObject({ made: true });
}, 60_000);

test('one that was broken off is made anew, and what lay aside is removed', async () => {
  await mkdir(join(home, 'venv/bin'), { recursive: true });
  await writeFile(join(home, 'venv/bin/python'), 'half');
  await mkdir(join(home, 'venv.4194999'));
  expect(await pythonEnvironment(options)).toMatchObject({ made: true });
  expect((await readdir(home)).sort()).toEqual(['requirements.txt', 'venv']);
}, 60_000);

test('what cannot be installed is a problem, and leaves nothing behind', async () => {
  await writeFile(options.requirements, './no-such-folder\n');
  expect(await pythonEnvironment(options)).toMatchObject({ problem: { code: 'EMULATOR_NOT_INSTALLED' } });
  expect(await readdir(home)).toEqual(['requirements.txt']);
}, 60_000);
