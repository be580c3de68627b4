import type { Environment } from './environment.ts';
import type { Example } from './example/example.ts';
import { gitExample } from './example/git.ts';

const COLUMN = 42;
const line = (command: string, what = ''): string => `  ${command.padEnd(COLUMN)}   ${what}`.trimEnd();

/**
 * What a person may do with all that runs now.
 * @param url where the example is
 * @param isConnected whether pushes are deployed
 */
export function whatNext(
  { emulator, ports }: Pick<Environment, 'emulator' | 'ports'>,
  { name, pilot, versions = [] }: Pick<Example, 'name' | 'pilot'> & Partial<Pick<Example, 'versions'>>,
  url: string,
  isConnected: boolean,
): string {
  const [first, last] = [versions[0], versions.at(-1)];
  const { repository, edit } = gitExample;
  const pushed = `http://${gitExample.pilot}.localhost:${ports.edge}`;
  return [
    '',
    `Open ${url}`,
    'Then, in another terminal:',
    line('npx pilot status', 'what is live'),
    line(`npx pilot history ${pilot}`, 'what was deployed'),
    line(`npx pilot rollback ${pilot}`, 'back to the release before'),
    ...(last ? [line(`npx pilot deploy examples/${name}/${last}`, 'forward again')] : []),
    ...(first ? [line(`npx pilot validate examples/${name}/${first}/pilot.yaml`)] : []),
    ...(isConnected
      ? [
          `Or push something of your own, live at ${pushed}:`,
          line(`git clone http://127.0.0.1:${ports.git}/${repository}.git && cd ${repository.split('/')[1]}`),
          line(`edit ${edit.file}, git commit -am …, git push`),
          line('back in this folder: npx pilot pushes', 'what became of it'),
          line(`open http://127.0.0.1:${ports.git}`, 'what commits were told; a first push makes another repository'),
        ]
      : []),
    `All of AWS is at ${emulator.url} (key id and secret: test).`,
    'Ctrl-C ends everything, and nothing is kept',
  ].join('\n');
}
