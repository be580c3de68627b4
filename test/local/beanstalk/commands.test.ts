import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommands } from '../../../local/beanstalk/commands.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commands-'));
  await mkdir(join(folder, '.ebextensions'));
});
afterEach(() => rm(folder, { recursive: true }));

const configured = (file: string, text: string) => writeFile(join(folder, '.ebextensions', file), text);
const run = (isLeader = true) =>
  runCommands({
    folder,
    variables: { PATH: process.env.PATH ?? '', WORD: 'said' },
    isLeader,
    log: join(folder, 'log'),
    started: () => undefined,
  });
const said = () => readFile(join(folder, 'ran'), 'utf8').catch(() => '');

it('runs the commands of a bundle file by file and by name, in its folder and with its properties', async () => {
  await configured('b.config', 'container_commands: { 01_third: { command: "echo third $WORD >> ran" } }');
  await configured(
    'a.config',
    '{"container_commands": {"02": {"command": "echo second >> ran"}, "01": {"command": "echo first >> ran"}}}',
  );
  await configured('notes.txt', 'nothing');
  expect(await run()).toBeUndefined();
  expect(await said()).toBe('first\nsecond\nthird said\n');
});

it('runs what is the leader’s on that instance alone', async () => {
  await configured('a.config', 'container_commands: { 01_lead: { command: "echo lead >> ran", leader_only: true } }');
  await run(false);
  expect(await said()).toBe('');
  await run(true);
  expect(await said()).toBe('lead\n');
});

it('ends with the first that fails, and says which', async () => {
  await configured(
    'a.config',
    'container_commands: { 01_bad: { command: "exit 3" }, 02_on: { command: "echo on >> ran" } }',
  );
  expect(await run()).toBe('Command 01_bad failed on instance. Return code: 3.');
  expect(await said()).toBe('');
});

it('has nothing to run where a bundle has none', async () => {
  await configured('a.config', 'option_settings: []');
  expect(await run()).toBeUndefined();
});
