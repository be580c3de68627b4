import { styleText } from 'node:util';
import type { Paint } from '../shared/plan-text/screen.ts';

export { type Paint, printable, printableLines } from '../shared/plan-text/screen.ts';

/** A stream that people or programs read. */
export type Output = Pick<NodeJS.WritableStream, 'write'> & { isTTY?: boolean; columns?: number };

/** Everything that a command touches of the process it runs in. */
export interface Io {
  /** Answers. With `--json`: one document and nothing else. */
  out: Output;
  /** What is said on the way, and what is wrong. */
  err: Output;
  /** Where a person types; absent where nobody can be asked. */
  input?: NodeJS.ReadableStream & { isTTY?: boolean };
  env: Record<string, string | undefined>;
  cwd: string;
  /** The folder that this program lies in. */
  home: string;
  platform?: NodeJS.Platform;
  /** Starts a program that goes on by itself; absent where none can be. @returns whether it was started. */
  launch?(command: string[]): Promise<boolean>;
  /** Runs a program in this terminal until it ends; absent where none can be. @returns its exit code; undefined when there is none of that name. */
  run?(command: string[]): Promise<number | undefined>;
  signals: {
    on(signal: 'SIGINT', act: () => void): unknown;
    off(signal: 'SIGINT', act: () => void): unknown;
  };
}

/** Colours, where a person looks and did not ask for none (https://no-color.org). */
export const painter = (output: Output, env: Io['env']): Paint =>
  output.isTTY && !env.NO_COLOR
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;

/** Columns of the terminal that a person looks at; a pipe, and a terminal that does not know its width, get all of it. */
export const columnsOf = ({ isTTY, columns }: Output): number | undefined => (isTTY && columns) || undefined;
