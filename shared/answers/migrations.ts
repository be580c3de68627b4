import type { ApiAnswer, MigrationView } from '../api.ts';
import { findDeployment, listPilots } from '../ledger/deployments.ts';
import { settleMigration } from '../ledger/migration-settling.ts';
import { isOpen, isUnderWay, listMigrations, type Migration } from '../ledger/migrations.ts';
import { logOf } from '../log.ts';
import { goneInWords, isCommandBack, toDo } from '../migrating/words.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import { listed, refusal, stranger } from './refusal.ts';
import type { Asked } from './request.ts';

const log = logOf('api');

/** What fits into an answer, and what somebody reads. */
const SHOWN = 50;

/** What became of the last migrations of a pilot's database, the one that was started last first. */
export async function migrations({
  pilot,
  environment = DEFAULT_ENVIRONMENT,
}: Asked<'migrations'>): Promise<ApiAnswer<'migrations'>> {
  const found = await listMigrations({ pilot, environment });
  if (found.length === 0) {
    const all = await listPilots();
    if (!all.some((one) => one.pilot === pilot && one.environment === environment))
      return stranger(all, pilot, environment);
  }
  return { ok: true, answer: found.slice(0, SHOWN).map((one) => viewOf(one, pilot)) };
}

/** A person has looked at the database, and says what became of a migration. */
export async function settle(asked: Asked<'settle'>): Promise<ApiAnswer<'settle'>> {
  const { pilot, environment = DEFAULT_ENVIRONMENT, release, as, requestedBy = 'somebody' } = asked;
  const all = await listMigrations({ pilot, environment });
  const found = all.filter((one) => one.release.startsWith(release));
  const [migration] = found;
  if (!migration || found.length > 1)
    return refusal(
      'RELEASE_UNKNOWN',
      `${found.length > 1 ? 'several migrations' : 'no migration'} of ${pilot} in ${environment} ${found.length > 1 ? 'begin' : 'begins'} with ${release}`,
      all.length > 0 ? `one of ${listed(all.map((one) => one.release))}` : 'a release with a migration; there is none',
    );
  if (!(await isToSettle(migration)))
    return refusal('NOTHING_TO_SETTLE', `the migration of release ${migration.release} is ${migration.status}`, OPEN);
  if (!(await settleMigration({ pilot, environment }, migration, as, requestedBy)))
    return refusal('CHANGED_MEANWHILE', `the migration of release ${migration.release} has changed`, 'another look');
  log.info('a migration was settled', { pilot, environment, release: migration.release, as, requestedBy });
  const now = await listMigrations({ pilot, environment });
  return { ok: true, answer: viewOf(now.find((one) => one.release === migration.release) ?? migration, pilot) };
}

const OPEN = 'one that failed, or of which nobody knows what became';

/** What is under way, and whose deployment is over, nobody looks after any more. */
async function isToSettle(migration: Migration): Promise<boolean> {
  if (isOpen(migration)) return true;
  return isUnderWay(migration) && (await findDeployment(migration.deployment))?.finishedAt !== undefined;
}

function viewOf(migration: Migration, pilot: string): MigrationView {
  const { release, status, at, deployment, command, version, down, exitCode, snapshot, log: lines, more } = migration;
  const { settledBy, trouble, goneWith } = migration;
  const why = goneWith ? goneInWords(goneWith) : trouble?.reason;
  const todo = toDo(migration, pilot);
  return {
    release,
    status,
    at,
    deployment,
    command,
    ...(version && { version }),
    ...(down && { down }),
    ...(isCommandBack(migration) && { ranBack: true as const }),
    ...(exitCode !== undefined && { exitCode }),
    ...(snapshot && { snapshot }),
    ...(lines && { log: lines }),
    ...(more && { more }),
    ...(settledBy && { settledBy }),
    ...(goneWith && { goneWith }),
    ...(why && { why }),
    ...(todo && { todo }),
  };
}
