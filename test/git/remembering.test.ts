import { remembering } from '../../shared/git/remembering.ts';

afterEach(() => jest.restoreAllMocks());

describe('webhook: what is remembered', () => {
  it('is of 500 things at most: the one that was asked for first is forgotten first', async () => {
    const asked: string[] = [];
    const remembered = remembering(60, async (name) => asked.push(name));
    for (let count = 0; count <= 500; count++) await remembered(String(count));
    await remembered('500');
    await remembered('1');
    expect(asked).toHaveLength(501);
    await remembered('0');
    expect(asked).toHaveLength(502);
  });

  it('is no older than whoever asks wants it to be', async () => {
    let count = 0;
    const remembered = remembering(60, async () => ++count);
    const began = Date.now();
    await remembered('one');
    jest.spyOn(Date, 'now').mockImplementation(() => began + 20_000);
    expect([await remembered('one'), await remembered('one', 30), await remembered('one', 10)]).toEqual([1, 1, 2]);
    jest.spyOn(Date, 'now').mockImplementation(() => began + 90_000);
    expect(await remembered('one')).toBe(3);
  });
});
