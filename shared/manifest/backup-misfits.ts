import { type Misfit, misfit, type Reader } from './misfit.ts';

const LEAST_MINUTES = 60;

/** A backup takes its time, and a database takes one snapshot at a time: twice within an hour is never meant. */
export function backupMisfit(of: Reader): Misfit | undefined {
  const at = of.get('backups', 'at');
  if (typeof at !== 'string' || !isTooOften(at)) return undefined;
  return misfit(
    ['backups', 'at'],
    `${at} is more often than every hour`,
    'one minute of the hour, such as cron(0 3 * * ? *), or at least rate(1 hour)',
    'between snapshots, RDS’s own automatic backups bring a database back to any moment',
  );
}

function isTooOften(at: string): boolean {
  const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(at) ?? [];
  if (minutes) return Number(minutes) < LEAST_MINUTES;
  const [, field] = /^cron\((\S+) /.exec(at) ?? [];
  return field !== undefined && !/^\d+$/.test(field);
}
