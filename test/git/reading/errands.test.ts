import { type Errand, runErrands } from '../../../shared/git/reading/errands.ts';

const errand = (host: string, connection: string, run: () => Promise<boolean>): Errand => ({ host, connection, run });

describe('webhook: what a poll asks providers', () => {
  it('goes on where another provider hangs, whatever comes first', async () => {
    let answer = (_: boolean) => {};
    const hanging = new Promise<boolean>((resolve) => {
      answer = resolve;
    });
    const others = async () => {
      answer(false);
      return true;
    };
    const first = Array.from({ length: 20 }, (_, at) => errand('git.example.com', `c${at}`, () => hanging));
    const left = await runErrands([...first, errand('api.github.com', 'x', others)]);
    expect(left).toEqual(new Map([['git.example.com', 16]]));
  });

  it('leaves a repository alone that could not be reached, and its host after a second one', async () => {
    const asked: string[] = [];
    const of = (connection: string, isThere: boolean) =>
      errand('git.example.com', connection, async () => {
        asked.push(connection);
        await Promise.resolve();
        return isThere;
      });
    const some = [of('a', false), of('b', true), of('b', true), of('b', true), of('b', true), of('a', false)];
    expect(await runErrands([...some, of('c', true)])).toEqual(new Map([['git.example.com', 1]]));
    expect(asked).toEqual(['a', 'b', 'b', 'b', 'b', 'c']);
  });

  it('is asked of one provider four at once', async () => {
    let [now, most] = [0, 0];
    const run = async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      return true;
    };
    await runErrands(Array.from({ length: 20 }, (_, at) => errand('h', `c${at}`, run)));
    expect(most).toBe(4);
  });
});
