import { createInterface } from 'node:readline/promises';
import type { Io } from '../io.ts';

/** Asks a person one thing after the other, on the terminal. */
export interface Asker {
  /** @returns what was typed, or `usual` where that was nothing; undefined when nobody answers any more. */
  ask(question: string, usual: string | undefined): Promise<string | undefined>;
  close(): void;
}

/** Somebody to ask, where both ends are a terminal. */
export function askerOf({ input, err }: Io): Asker | undefined {
  if (!input?.isTTY || !err.isTTY) return undefined;
  // Questions go where errors go: the answer of the command stays alone on stdout.
  const lines = createInterface({ input, output: err as NodeJS.WritableStream });
  const gone = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  return {
    async ask(question, usual) {
      const prompt = `${question}${usual ? ` (${usual})` : ''}: `;
      const typed = await Promise.race([lines.question(prompt).catch(() => undefined), gone]);
      return typed === undefined ? undefined : typed.trim() || (usual ?? '');
    },
    close: () => lines.close(),
  };
}
