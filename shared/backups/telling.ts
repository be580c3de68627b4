import { publish } from '../aws/bus.ts';
import type { Events } from '../events.ts';
import type { Backup, Drill, Whose } from '../ledger/backups.ts';

type Failed = Omit<Events['BackupFailed'], 'deployment' | 'pilot' | 'environment'>;

/** What it is told as: for each channel once, while it is tried again, and once when it is given up. */
const toldAs = ({ pilot, environment }: Whose, { what, at, again, code }: Failed): string =>
  `${pilot}_${environment}_${what}-${at}${code === 'BACKUP_MISSED' ? '-missed' : again ? '' : '-given-up'}`;

export const tellFailed = ({ pilot, environment }: Whose, failed: Failed): Promise<void> =>
  publish('BackupFailed', { deployment: toldAs({ pilot, environment }, failed), pilot, environment, ...failed });

export function tellMade({ pilot, environment }: Whose, { at, database, files }: Backup): Promise<void> {
  const facts = {
    ...(database && { snapshot: database.snapshot }),
    ...(files && { copied: files.copied, bytes: files.bytes, removed: files.removed }),
    ...(files && files.left > 0 && { left: files.left, example: files.example ?? '' }),
  };
  return publish('BackupMade', {
    deployment: `${pilot}_${environment}_backup-${at}`,
    pilot,
    environment,
    what: 'backup',
    at,
    facts,
  });
}

/** How long a restore takes is good to know before one is needed. */
export async function tellDrill(
  whose: Whose,
  { at, snapshot, begunAt, thereAt, checks, trouble }: Drill,
): Promise<void> {
  if (trouble) return tellFailed(whose, { what: 'drill', at, ...trouble, again: false });
  const { pilot, environment } = whose;
  const seconds = begunAt && thereAt ? Math.round((Date.parse(thereAt) - Date.parse(begunAt)) / 1000) : 0;
  await publish('BackupMade', {
    ...{ deployment: `${pilot}_${environment}_drill-${at}`, pilot, environment, what: 'drill', at },
    facts: { snapshot, seconds, checks: (checks ?? []).join('; ') },
  });
}
