import { createHash } from 'node:crypto';
import { setting } from '../aws/config.ts';
import { startExecution } from '../aws/engine.ts';
import type { EdgeFailure } from '../ledger/edge-failures.ts';
import type { Run } from './run.ts';

/** Starts a run of the machine; the same name is the same run. @returns whether it was new. */
export const startRun = (name: string, run: Run): Promise<boolean> =>
  startExecution(setting('EDGE_MACHINE'), name, run);

/** What AWS announced is looked at once, however often it is said. */
export const announcedRun = (token: number): string => `ranges-${token}`;

/** Whoever finds the same ones due, since the same time, gives their run the same name. */
export function againRun(due: readonly EdgeFailure[]): string {
  const names = due.map(({ pilot, environment, next }) => `${pilot}#${environment}#${next}`).sort();
  return `again-${createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 32)}`;
}

/** One that somebody asked for. */
export const askedRun = (request: string): string =>
  `asked-${createHash('sha256').update(request).digest('hex').slice(0, 32)}`;
