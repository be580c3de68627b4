import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Asked, benchOptions } from '../../bench/options.ts';

const ROOT = join(__dirname, '../..');
const BENCHES = readdirSync(join(ROOT, 'bench')).filter((name) => name.endsWith('.ts') && name !== 'options.ts');

const read = (asked: Partial<Asked>, ...words: string[]) =>
  benchOptions({ command: 'node bench/some.ts', measures: 'How fast.', ...asked }, ['node', 'some.ts', ...words]);

describe('what stands behind a bench', () => {
  let said: string;
  beforeEach(() => {
    said = '';
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => {
        said += text;
        return true;
      });
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
  });
  afterEach(() => jest.restoreAllMocks());

  it('is all of it unless said otherwise', () => {
    const examples = { all: ['ecs', 'ec2', 'lambda'], usual: ['ecs', 'ec2'] };
    expect(read({ small: 'send less', examples })).toEqual({ small: false, examples: ['ecs', 'ec2'] });
    expect(read({ small: 'send less', examples }, 'lambda', '--small')).toEqual({ small: true, examples: ['lambda'] });
  });

  it('ends with 0 for help, which says what it measures and how it ends', () => {
    expect(() => read({ fails: 'a goal is missed', small: 'send less' }, '--help')).toThrow('exit 0');
    for (const words of ['How fast.', '--small', 'send less', '1 a goal is missed']) expect(said).toContain(words);
  });

  it.each([
    ['--smal', { small: 'send less' }, 'unknown option'],
    ['--small', {}, 'unknown option'],
    ['ecs', {}, 'too many arguments'],
    ['none', { examples: { all: ['ecs'], usual: ['ecs'] } }, 'there are: ecs'],
  ])('ends with 2 for %s where there is no such thing', (word, asked, words) => {
    expect(() => read(asked, word)).toThrow('exit 2');
    expect(said).toContain(words);
  });
});

describe('a bench that is asked for help', () => {
  it.each(BENCHES)(
    'helps, and measures nothing: %s',
    async (name) => {
      const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'bench', name), '--help'], {
        ...{ cwd: ROOT, timeout: 60_000 },
      });
      expect(stdout).toContain(`Usage: n`);
      expect(stdout).toContain(name.replace('.ts', ''));
      expect(stdout).toContain('Exit codes: 0 measured');
    },
    90_000,
  );
});
