import { startOptions } from '../../local/options.ts';

const read = (...words: string[]) => startOptions(['node', 'start.ts', ...words], ['static', 'git']);

describe('what stands behind npm start --', () => {
  let said: string;
  beforeEach(() => {
    said = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += text;
      return true;
    });
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
  });
  afterEach(() => jest.restoreAllMocks());

  it('is the usual example, for as long as somebody looks, unless said otherwise', () => {
    expect(read()).toEqual({ once: false, example: 'static' });
    expect(read('--example', 'git', '--once', '--git-port', '9082')).toEqual({
      ...{ once: true, example: 'git', gitPort: '9082' },
    });
  });

  it('names an example that there is', () => {
    expect(() => read('--example', 'nothing')).toThrow('exit 2');
    expect(said).toContain('there are: static, git');
  });
});
