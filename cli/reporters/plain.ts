import type { Reporter } from '../follow.ts';
import type { Output } from '../io.ts';
import { clock, saying, stepRows } from '../steps.ts';

/** A line with its time for each thing that changed: for logs, pipes and screens that cannot redraw. */
export function plainReporter(output: Output): Reporter {
  let told = 0;
  let said = '';
  let lost = false;
  const line = (at: Date, text: string) => output.write(`${clock(at)} ${text}\n`);

  return {
    look(now) {
      lost = false;
      if (!now) {
        if (said === '') line(new Date(), 'waiting for Pilotage to take it up');
        said = 'waiting';
        return;
      }
      const rows = stepRows(now);
      for (const { name, at } of rows.slice(told)) line(at, name);
      told = rows.length;
      const saidNow = saying(now);
      if (saidNow && saidNow !== said) line(new Date(), `${rows.at(-1)?.name ?? 'Accepted'}: ${saidNow}`);
      said = saidNow;
    },
    trouble(why) {
      if (!lost) line(new Date(), `AWS does not answer, asking again (${why})`);
      lost = true;
    },
    close() {},
  };
}
