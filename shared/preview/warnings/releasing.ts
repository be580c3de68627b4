import { isPreview } from '../../manifest/identifiers.ts';
import { counted } from '../../notify/quantities.ts';
import { ownDatabase } from '../database.ts';
import { logDaysOf } from '../parts/care.ts';
import { isProduction, type Warn, when } from './warning.ts';

const FEW_DAYS = 7;
/** Two bad minutes of five, and a minute until CloudWatch tells. */
const WATCHED_SECONDS = 180;

/** What makes a deployment, or the way back from it, less safe. */
export const RELEASING: readonly Warn[] = [
  ({ site: { manifest } }) =>
    when(
      manifest.health?.path === '/',
      'HEALTH_PATH_ROOT',
      'no health path is given, so / is asked: it may answer well while what is behind it does not work',
      'health.path: /health, and answer there only when all that it needs is there',
    ),
  ({ site: { manifest, environment } }) =>
    when(
      manifest.alarms !== undefined && manifest.rollout.bake === 0 && !isPreview(environment),
      'NOT_WATCHED',
      'rollout.bake is 0s: no alarm has the time to take the traffic back',
      'rollout.bake: 5m watches each step for five minutes',
    ),
  ({ site: { manifest } }) =>
    when(
      manifest.alarms !== undefined && manifest.rollout.bake > 0 && manifest.rollout.bake < WATCHED_SECONDS,
      'WATCHED_TOO_SHORTLY',
      'an alarm goes off after two bad minutes, and is told a minute later: rollout.bake is too short for it',
      'rollout.bake: 5m watches each step for five minutes',
    ),
  ({ site: { manifest } }) =>
    when(
      manifest.migrations?.reversible === false,
      'MIGRATION_IRREVERSIBLE',
      'migrations.reversible is false: once migrated, pilot rollback to the release before is refused without --force; while the traffic moves, and if the rollout fails, the release before works with the migrated database',
      'migrate so that both releases can work with the database, and say migrations.reversible: true; or give the command that migrates back, and migrations.version',
    ),
  ({ site: { manifest } }) =>
    when(
      manifest.migrations !== undefined && !manifest.migrations.snapshot,
      'MIGRATION_WITHOUT_SNAPSHOT',
      'no snapshot is taken before a migration: what it destroys is gone',
      'migrations.snapshot: true takes one',
    ),
  ({ site: { manifest } }) =>
    when(
      manifest.migrations?.snapshot === true && manifest.database?.url !== undefined,
      'SNAPSHOT_IMPOSSIBLE',
      'the database lies elsewhere, so no snapshot of it can be taken before a migration',
      'have it backed up where it is, and say migrations.snapshot: false',
    ),
  ({ site: { manifest } }) =>
    when(
      ownDatabase(manifest) !== undefined && manifest.database?.password === undefined,
      'PASSWORD_ROTATES',
      'RDS changes the database’s password every seven days: who keeps the first one can then open no new connection',
      'read the secret that DATABASE_SECRET names again when a connection is refused, or keep a password of your own under database.password',
    ),
  (judged) => {
    const { manifest } = judged.site;
    const days = logDaysOf(manifest);
    return when(
      isProduction(judged) && manifest.alarms !== undefined && days < FEW_DAYS,
      'LOGS_GONE_SOON',
      `logs are kept for ${counted(days, 'day')}: what happened before cannot be looked up`,
      'retention.logs: 30 keeps them for a month',
    );
  },
  ({ changes }) => {
    const restarting = changes.find(({ type, interrupts }) => type === 'AWS::RDS::DBInstance' && interrupts);
    return when(
      restarting !== undefined,
      'DATABASE_INTERRUPTED',
      `changing the ${restarting?.because?.join(' and ')} of the database interrupts it for a moment, or slows it down for a while`,
      'deploy at a quiet time',
    );
  },
  ({ changes }) => {
    const database = changes.find(({ type, action }) => type === 'AWS::RDS::DBInstance' && action === 'change');
    const parameters = (database?.settings ?? [])
      .map(({ setting }) => setting)
      .filter((setting) => setting.startsWith('parameter '));
    return when(
      parameters.length > 0,
      'DATABASE_TO_RESTART',
      `${parameters.join(' and ')} of the database may come into effect only with its next restart, which nobody begins by itself`,
      `where RDS says pending-reboot: aws rds reboot-db-instance --db-instance-identifier ${database?.name}, at a quiet time`,
    );
  },
  ({ changes }) => {
    const left = changes
      .filter(({ action }) => action === 'leave')
      .map(({ component, name }) => `the ${component} ${name}`);
    return when(
      left.length > 0,
      'LEFT_BEHIND',
      `nothing uses ${left.join(' and ')} any more; what is in there is left as it is, and goes on costing`,
      'delete it by hand when nobody wants it',
    );
  },
];
