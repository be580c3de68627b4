import { spawn } from 'node:child_process';
import { join } from 'node:path';
import about from '../../package.json' with { type: 'json' };
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await setDesk();
});
afterAll(() => desk.close());

describe('wrong usage', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['bogus']],
    ['an unknown option', ['status', '--bogus']],
    ['a missing argument', ['validate']],
    ['one argument too many', ['validate', 'a', 'b']],
    ['a pilot’s name with capitals', ['history', 'Acme']],
    ['an environment’s name with capitals', ['status', '--env', 'PROD']],
    ['a release that is none', ['rollback', 'acme', 'latest']],
    ['a deployment that is none', ['cancel', 'acme', 'latest']],
    ['a time without a unit', ['deploy', '.', '--timeout', '90']],
    ['more than a hundred', ['history', 'acme', '--most', '101']],
  ])('%s: ends with 2, says what is wrong, and asks nothing', async (_, args) => {
    const people = await desk.type(...args);
    expect([people.exit, people.out]).toEqual([2, '']);
    expect(people.err).toMatch(/error: |Usage: /);
    const programs = await desk.type(...args, '--json');
    expect([programs.exit, programs.err]).toEqual([2, '']);
    expect(JSON.parse(programs.out)).toMatchObject({ ok: false, problems: [{ code: 'USAGE' }] });
    expect(desk.aws.log).toEqual([]);
  });
});

describe('a bad value', () => {
  it.each([
    ['an argument', ['history', 'Acme'], "error: <name> cannot be 'Acme'. A pilot’s name is a to z"],
    ['an option', ['status', '--env', 'PROD'], "error: --env <environment> cannot be 'PROD'. An environment’s"],
  ])('of %s is told in plain words', async (_, args, says) => {
    expect((await desk.type(...args)).err).toContain(says);
    const { problems } = JSON.parse((await desk.type(...args, '--json')).out);
    expect(problems[0].message).toContain(says.replace('error: ', ''));
  });
});

describe('the version', () => {
  it('is that of the package', async () => {
    expect(await desk.type('--version')).toEqual({ exit: 0, out: `${about.version}\n`, err: '' });
  });
});

describe('a reader who leaves early', () => {
  it('ends nothing, and is told nothing', async () => {
    const child = spawn(process.execPath, [join(__dirname, '../../cli/pilot.ts'), 'deploy', '--help'], {
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    child.stdout.destroy();
    let err = '';
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, err]).toEqual([0, '']);
  });
});

describe('help', () => {
  it.each(['validate', 'deploy', 'status', 'history', 'rollback', 'offline', 'online', 'cancel', 'retry'])(
    'of %s has examples, exit codes and every option',
    async (name) => {
      const { exit, out, err } = await desk.type(name, '--help');
      expect([exit, err]).toEqual([0, '']);
      for (const part of ['Examples:\n', 'Exit codes:', '--json', '--stage', '--region', '--env', '--aws'])
        expect(out).toContain(part);
      expect(out.split('\n').length).toBeLessThan(45);
    },
  );
});
