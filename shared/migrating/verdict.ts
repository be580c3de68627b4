import type { Conclusion } from '../ledger/migration-runs.ts';
import type { Direction, Migration, MigrationStatus } from '../ledger/migrations.ts';
import { passedOn } from '../passed-on.ts';
import type { TaskLook } from '../targets/target.ts';
import { lateInWords, neverRanInWords, tooLongInWords } from './words.ts';

/** What a look at a run says to do. */
export type Verdict =
  | { verdict: 'wait'; progress: string; until: Date }
  /** It took too long: it is ended, also for the second time, and looked at again. */
  | { verdict: 'stop'; until: Date }
  | { verdict: 'over'; to: MigrationStatus; conclusion: Conclusion };

const SECONDS = 1_000;
const MINUTES = 60 * SECONDS;
/** What has not begun by then has found no room, or nothing to run. */
const START_MS = 20 * MINUTES;
/** What was ended and is still there after that will not end. */
const STOP_MS = 10 * MINUTES;

const ENDS: Record<Direction, Record<'well' | 'badly' | 'unknown' | 'never', MigrationStatus>> = {
  up: { well: 'done', badly: 'failed', unknown: 'unknown', never: 'wanted' },
  down: { well: 'reverted', badly: 'revert-failed', unknown: 'revert-failed', never: 'done' },
};

/** Judges a run that was started, by one look at it. */
export function verdictOn(migration: Migration, direction: Direction, look: TaskLook, now: Date): Verdict {
  const { run, timeout } = migration;
  const ends = ENDS[direction];
  const stoppedAt = run?.stoppedAt === undefined ? undefined : Date.parse(run.stoppedAt);
  switch (look.state) {
    case 'running': {
      if (stoppedAt === undefined) {
        const until = new Date(
          look.since ? Date.parse(look.since) + timeout * SECONDS : Date.parse(run?.since ?? '') + START_MS,
        );
        return now > until
          ? { verdict: 'stop', until: new Date(now.getTime() + STOP_MS) }
          : { verdict: 'wait', progress: look.progress, until };
      }
      const until = new Date(stoppedAt + STOP_MS);
      if (now <= until) return { verdict: 'stop', until };
      return over(ends.unknown, { trouble: unknown('it was ended, and still runs') });
    }
    case 'unseen': {
      const until = stoppedAt === undefined ? forgottenAt(migration) : new Date(stoppedAt + STOP_MS);
      if (now <= until) return { verdict: 'wait', progress: look.progress, until };
      return over(ends.unknown, { trouble: unknown('it was started, and is not to be seen any more') });
    }
    case 'ended': {
      const { exitCode, log, more } = look;
      const told = { exitCode, log: tailOf(log), ...(more && { more }) };
      // Of what was told to end, even a good exit code does not say that it did all.
      if (stoppedAt !== undefined) return over(ends.badly, { ...told, trouble: tooLong(timeout) });
      return over(exitCode === 0 ? ends.well : ends.badly, told);
    }
    case 'never-ran': {
      const reason = stoppedAt === undefined ? look.reason : lateInWords(look.reason);
      return over(ends.never, { trouble: { code: look.code, reason: neverRanInWords(redacted(reason)) } });
    }
    case 'lost':
      return over(ends.unknown, { trouble: unknown(redacted(look.reason)) });
  }
}

/** Of a start that was claimed and of which nobody knows what became. */
export const lostStart = (direction: Direction): Extract<Verdict, { verdict: 'over' }> =>
  over(ENDS[direction].unknown, { trouble: unknown('whether it was started is not known') });

/** Of a start that was refused before it ran. */
export const refusedStart = (
  direction: Direction,
  code: string,
  reason: string,
): Extract<Verdict, { verdict: 'over' }> =>
  over(ENDS[direction].never, { trouble: { code, reason: neverRanInWords(redacted(reason)) } });

/** When a run has ended whose start was claimed and of which nothing was heard since, and whoever started it, too. */
export const forgottenAt = ({ run, timeout }: Migration): Date =>
  new Date(Date.parse(run?.since ?? '') + START_MS + timeout * SECONDS);

const over = (to: MigrationStatus, conclusion: Conclusion): Extract<Verdict, { verdict: 'over' }> => ({
  verdict: 'over',
  to,
  conclusion,
});

const unknown = (reason: string) => ({ code: 'MIGRATION_UNKNOWN', reason });
const tooLong = (timeout: number) => ({ code: 'MIGRATION_TIMEOUT', reason: tooLongInWords(timeout) });

const LONGEST = 500;
const redacted = (text: string) => passedOn(text).slice(0, LONGEST);

const LINES = 20;
const LINE = 200;
const ALL = 2_000;

/** The last lines that fit, without what looks like a credential. */
export function tailOf(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines.slice(-LINES).reverse()) {
    // Cut afterwards: half of a credential no longer looks like one.
    const text = passedOn(line.slice(0, 10 * LINE)).slice(0, LINE);
    bytes += Buffer.byteLength(text);
    if (bytes > ALL) break;
    kept.unshift(text);
  }
  return kept;
}
