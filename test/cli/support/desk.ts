import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Io } from '../../../cli/io.ts';
import { pilot } from '../../../cli/program.ts';
import { type Aws, OUTPUTS, startAws } from './aws.ts';

/** Somebody's desk: a folder of their own, a local stack, and `pilot` to type. */
export interface Desk {
  aws: Aws;
  folder: string;
  /** Writes files below the folder. */
  files(files: Record<string, string | Uint8Array>): void;
  /** Types `pilot …` and gives what came of it. */
  type(...args: string[]): Promise<Typed>;
  signals: EventEmitter;
  /** Where answers are shown: a pipe, unless said otherwise. */
  screen: Pick<Io['out'], 'isTTY' | 'columns'>;
  env: Record<string, string | undefined>;
  /** What was started, such as a browser; where it is undefined nothing can be. */
  launched: string[][] | undefined;
  /** How a program that is run in the terminal ends; undefined where there is none. */
  runs: number | undefined;
  close(): Promise<void>;
}

export interface Typed {
  exit: number;
  out: string;
  err: string;
}

/** The smallest manifest there is, and what a test adds to it. */
export const manifest = (more = '') =>
  `apiVersion: pilotage/v1\nname: acme-site\ntarget: static\nsource: { artifact: site.zip }\n${more}`;

export async function setDesk(): Promise<Desk> {
  const aws = await startAws();
  const folder = mkdtempSync(join(tmpdir(), 'desk-'));
  const files: Desk['files'] = (some) => {
    for (const [name, content] of Object.entries(some)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  };
  files({
    '.local/stack.json': JSON.stringify({
      url: aws.url,
      region: 'us-east-1',
      stage: 'dev',
      outputs: OUTPUTS,
      pid: process.pid,
    }),
  });
  const signals = new EventEmitter();
  const env: Desk['env'] = {};

  const desk: Desk = {
    aws,
    folder,
    files,
    signals,
    env,
    screen: {},
    launched: [],
    runs: 0,
    async type(...args) {
      const heard = { out: '', err: '' };
      const stream = (name: keyof typeof heard): Io['out'] => ({
        write(text: string | Uint8Array) {
          heard[name] += text;
          return true;
        },
      });
      const exit = await pilot(args, {
        out: { ...desk.screen, ...stream('out') },
        err: stream('err'),
        env,
        cwd: folder,
        home: folder,
        signals,
        platform: 'linux',
        run: async (command) => {
          desk.launched?.push(command);
          return desk.runs;
        },
        launch: async (command) => (desk.launched?.push(command) ?? 0) > 0,
      });
      return { exit, ...heard };
    },
    async close() {
      rmSync(folder, { recursive: true, force: true });
      await aws.close();
    },
  };
  return desk;
}
