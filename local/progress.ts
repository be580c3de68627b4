import { Listr } from 'listr2';
import type { Bring } from './environment.ts';

/** One line when something begins, one for what it says on the way, one when it is there. */
export const bringInLines =
  (say: (line: string) => void): Bring =>
  async (what, work) => {
    const began = Date.now();
    say(`${what} …`);
    const result = await work((line) => say(`  ${line}`));
    say(`${what} ✔ ${seconds(began)}`);
    return result;
  };

/**
 * A row that turns while something is being brought up, and stays with how long it took.
 * @param leaving aborted when somebody thinks better of it
 */
export function bringInTerminal(leaving: AbortSignal): Bring {
  return async <Result>(what: string, work: (tell: (line: string) => void) => Promise<Result>): Promise<Result> => {
    const began = Date.now();
    const found: { result?: Result } = {};
    await new Listr(
      [
        {
          title: what,
          task: async (_, task) => {
            const working = work((line) => {
              task.output = line;
            });
            found.result = await Promise.race([working, aborted(leaving)]);
            task.title = `${what} ${seconds(began)}`;
          },
        },
      ],
      // Who listens to signals is said elsewhere: here they would end the process before its children.
      { rendererOptions: { collapseErrors: false }, registerSignalListeners: false },
    ).run();
    return found.result as Result;
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, given) => {
    const giveUp = () => given(new Error('given up'));
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });

const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;
