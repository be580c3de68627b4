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

describe('help', () => {
  it.each(['validate', 'deploy', 'status', 'history', 'rollback'])(
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
