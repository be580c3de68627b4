import { bringInTerminal } from '../../local/progress.ts';

describe('what is being brought up in a terminal', () => {
  beforeEach(() => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(() => jest.restoreAllMocks());

  it('gives what it came to', async () => {
    expect(await bringInTerminal(new AbortController().signal)('stack', async () => 7)).toBe(7);
  });

  it('is given up once somebody leaves, and so is what comes next', async () => {
    const leaving = new AbortController();
    const bring = bringInTerminal(leaving.signal);
    const bringing = bring('stack', () => new Promise(() => {}));
    leaving.abort();
    await expect(bringing).rejects.toThrow('given up');
    await expect(bring('edge', () => new Promise(() => {}))).rejects.toThrow('given up');
  });
});
