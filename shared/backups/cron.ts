/**
 * A schedule of EventBridge, read as AWS reads it, in UTC: minutes, hours, day of the month, month, day of the week (1 is
 * Sunday), year.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export interface Cron {
  minutes: readonly number[];
  hours: readonly number[];
  /** Whether it is due on a day, whose time of day is of no matter. */
  isOn(day: Date): boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** @param fields six, of a schedule that the manifest’s schema takes. */
export function cronOf(fields: readonly string[]): Cron {
  const [minute = '*', hour = '*', day = '*', month = '*', weekday = '?', year = '*'] = fields;
  const months = numbers(month, 1, 12, MONTHS);
  const years = numbers(year, 1970, 2199);
  return {
    minutes: numbers(minute, 0, 59),
    hours: numbers(hour, 0, 23),
    isOn: (date) =>
      years.includes(date.getUTCFullYear()) &&
      months.includes(date.getUTCMonth() + 1) &&
      isDay(day, date) &&
      isWeekday(weekday, date),
  };
}

/** `5`, `1-5`, `1,3`, `*`, `0/15`, `10-50/20`, and names in place of numbers. */
function numbers(field: string, least: number, most: number, names: readonly string[] = []): number[] {
  const numberOf = (text: string) => (names.includes(text) ? names.indexOf(text) + least : Number(text));
  return field.split(',').flatMap((part) => {
    const [range = '*', step] = part.split('/');
    const [from = '*', to] = range.split('-');
    const first = from === '*' ? least : numberOf(from);
    const last = to !== undefined ? numberOf(to) : from === '*' || step !== undefined ? most : first;
    const every = Math.max(1, Number(step ?? 1));
    const wraps = last < first ? most - least + 1 : 0;
    const found: number[] = [];
    for (let at = first; at <= last + wraps; at += every) found.push(at > most ? at - wraps : at);
    return found.filter((number) => number >= least && number <= most);
  });
}

const lastDayOf = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

/** Also `L`, the last day, and `15W`, the day from Monday to Friday that is nearest to the 15th. */
function isDay(field: string, date: Date): boolean {
  if (field === '?') return true;
  const today = date.getUTCDate();
  return field.split(',').some((part) => {
    if (part === 'L') return today === lastDayOf(date);
    if (part === 'LW') return today === nearestWorkday(lastDayOf(date), date);
    if (part.endsWith('W')) return today === nearestWorkday(Number(part.slice(0, -1)), date);
    return numbers(part, 1, 31).includes(today);
  });
}

/** Of the same month. */
function nearestWorkday(day: number, date: Date): number {
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay();
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === lastDayOf(date) ? day - 2 : day + 1;
  return day;
}

/** Also `6L`, the last Friday, and `2#1`, the first Monday. */
function isWeekday(field: string, date: Date): boolean {
  if (field === '?') return true;
  const [today, day] = [date.getUTCDay() + 1, date.getUTCDate()];
  return field.split(',').some((part) => {
    const [, last] = /^(.+)L$/.exec(part) ?? [];
    if (part === 'L') return today === 7;
    if (last) return isOne(last, today) && day > lastDayOf(date) - 7;
    const [which = '', number] = part.split('#');
    if (number) return isOne(which, today) && Math.ceil(day / 7) === Number(number);
    return isOne(part, today);
  });
}

const isOne = (part: string, weekday: number): boolean => numbers(part, 1, 7, WEEKDAYS).includes(weekday);
