import { type Database, databaseName, grownFor } from '../../shared/preview/database.ts';
import type { Site } from '../../shared/preview/model.ts';
import { DATABASE_ALARMS } from '../../shared/preview/parts/database.ts';
import type { Part } from '../template.ts';
import { alarm, metric, result } from './alarms.ts';

const BYTES = 2 ** 30;
/** RDS lets storage grow once less than 10 % are free: less than this and it has not, or may not any more. */
const FREE_PERCENT = 5;
const BUSY_PERCENT = 90;

/**
 * They tell of the database and not of a release, so that no rollout is judged by them.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
 */
export function databaseAlarms(site: Site, database: Database): Part {
  const dimension = { Name: 'DBInstanceIdentifier', Value: databaseName(site, database) };
  const of = (id: string, name: string) => metric(id, 'AWS/RDS', name, [dimension], 'Average');
  const used = `100 - 100 * free / ${grownFor(site, database).storage * BYTES}`;
  return {
    Resources: {
      DatabaseStorageAlarm: alarm(
        site,
        'database-storage',
        DATABASE_ALARMS.storage,
        [of('free', 'FreeStorageSpace'), result(used, 'percent of the first storage that are used')],
        100 - FREE_PERCENT,
      ),
      DatabaseCpuAlarm: alarm(
        site,
        'database-cpu',
        DATABASE_ALARMS.cpu,
        [of('busy', 'CPUUtilization'), result('busy', 'percent of the processor')],
        BUSY_PERCENT,
      ),
    },
  };
}
