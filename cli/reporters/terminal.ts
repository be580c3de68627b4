import { duration } from '../../shared/notify/quantities.ts';
import type { Reporter } from '../follow.ts';
import type { Output } from '../io.ts';
import { type StepRow, saying, stepRows } from '../steps.ts';
import { rowStarter } from './rows.ts';

const TICK_MS = 1_000;
const NOT_YET = 'waiting for Pilotage to take it up';

/** For a terminal: one row for each step, with how far it is, what it waits for, how long it takes. */
export async function terminalReporter(output: Output): Promise<Reporter> {
  const startRow = await rowStarter(output);
  let row = startRow('Request');
  let steps: StepRow[] = [];
  let drawn = 0;
  let since = Date.now();
  let said = NOT_YET;

  const current = () => [said, elapsed(since)].filter(Boolean).join(' · ');
  const timer = setInterval(() => row.say(current()), TICK_MS);

  /** Finishes the row of the step at work, as its record says. */
  const finishRow = () => {
    const over = steps[drawn - 1];
    if (!over) return row.finish('taken up', 'done');
    if (over.warning && !over.failed) return row.finish(`${took(over)} · ${over.warning}`, 'warned');
    return row.finish(took(over), over.failed ? 'failed' : 'done');
  };

  return {
    async look(now) {
      if (!now) return row.say(current());
      steps = stepRows(now);
      for (const { name } of steps.slice(drawn)) {
        await finishRow();
        row = startRow(name);
        drawn += 1;
        since = Date.now();
      }
      said = saying(now);
      if (now.finishedAt) await finishRow();
      else row.say(current());
    },
    trouble(why) {
      said = `AWS does not answer, asking again (${why})`;
      row.say(current());
    },
    async close() {
      clearInterval(timer);
      await row.finish(current(), 'left');
    },
  };
}

const took = ({ seconds = 0 }: StepRow): string =>
  seconds < 10 ? `${seconds.toFixed(1)} s` : duration(Math.round(seconds));

const elapsed = (since: number): string => duration(Math.round((Date.now() - since) / 1000));
