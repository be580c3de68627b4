import type { Reporter } from '../follow.ts';
import type { Output } from '../io.ts';
import { clock, saying, stepRows, subject } from '../steps.ts';

/** A line with its time for each thing that changed: for logs, pipes and screens that cannot redraw. */
export function plainReporter(output: Output): Reporter {
  let told = 0;
  let said = '';
  let wasDue = false;
  let lost = false;
  const warned = new Set<string>();
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
      for (const { name, warning } of rows) {
        if (warning === undefined || warned.has(name)) continue;
        line(new Date(), `${name}: ⚠ ${warning}`);
        warned.add(name);
      }
      const step = rows.at(-1)?.name ?? 'Accepted';
      const text = saying(now);
      const { about, isDue } = subject(now);
      const isNews = said !== `${step}: ${about}` || (isDue && !wasDue);
      if (text && isNews) line(new Date(), `${step}: ${text}`);
      if (isNews) wasDue = isDue;
      said = `${step}: ${about}`;
    },
    trouble(why) {
      if (!lost) line(new Date(), `AWS does not answer, asking again (${why})`);
      lost = true;
    },
    close() {},
  };
}
