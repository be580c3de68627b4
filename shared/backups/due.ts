import { cronOf } from './cron.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** Nothing that was due longer ago is made up for: no backup is kept as long. */
const LOOK_BACK_DAYS = 36;
const UNITS: Record<string, number> = { minute: MINUTE_MS, hour: 60 * MINUTE_MS, day: DAY_MS };

/**
 * When a schedule was due last, up to now; undefined: not in the last weeks. A rate counts from the beginning of 1970, so
 * that everybody who asks is told the same times: `rate(1 day)` is midnight, UTC.
 * @param schedule as `backups.at` has it.
 */
export function dueBefore(schedule: string, now: Date): Date | undefined {
  const [, kind, inner = ''] = /^(cron|rate)\((.*)\)$/.exec(schedule) ?? [];
  if (kind === 'rate') {
    const [count = '1', unit = ''] = inner.split(' ');
    const every = Number(count) * (UNITS[unit.replace(/s$/, '')] ?? DAY_MS);
    return new Date(Math.floor(now.getTime() / every) * every);
  }
  return kind === 'cron' ? lastOf(inner.split(' '), now) : undefined;
}

function lastOf(fields: string[], now: Date): Date | undefined {
  const { minutes, hours, isOn } = cronOf(fields);
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)).sort((a, b) => b - a);
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  for (let back = 0; back <= LOOK_BACK_DAYS; back += 1) {
    const day = today - back * DAY_MS;
    if (!isOn(new Date(day))) continue;
    const time = times.find((minute) => day + minute * MINUTE_MS <= now.getTime());
    if (time !== undefined) return new Date(day + time * MINUTE_MS);
  }
  return undefined;
}
