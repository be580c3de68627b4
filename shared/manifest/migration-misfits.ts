import { abilitiesOf } from './abilities.ts';
import { CALL_SECONDS, USUAL_CALL } from './complete.ts';
import { seconds, shortest } from './duration.ts';
import { type Misfit, misfit, type Reader } from './misfit.ts';
import type { TargetName } from './sections/index.ts';

/** A migration needs a database, and a version where it can be taken back; that of a function has to fit into a call of it. */
export function migrationMisfits(of: Reader, target: TargetName | undefined): Misfit[] {
  if (!of.has('migrations')) return [];
  const noDatabase = of.has('database')
    ? []
    : [misfit(['migrations'], 'there is no database to migrate', 'a section database as well')];
  return [...noDatabase, ...versionMisfits(of), ...(abilitiesOf(target).inCalls ? callMisfits(of) : [])];
}

/** What changed nothing must not be taken back, and only the versions tell. */
function versionMisfits(of: Reader): Misfit[] {
  if (!Array.isArray(of.get('migrations', 'reversible')) || of.has('migrations', 'version')) return [];
  return [
    misfit(
      ['migrations', 'reversible'],
      'it is not said which version of the schema that command takes back',
      'migrations.version as well: what the schema is called once this release has migrated, such as 0042',
      'each release runs migrations.command, also one that changes only code: with the version of the release before, it is known to have changed nothing, and is never taken back',
    ),
  ];
}

function callMisfits(of: Reader): Misfit[] {
  const path = ['migrations', 'timeout'];
  const timeout = of.seconds(...path);
  const own = of.seconds('lambda', 'timeout') ?? (of.has('lambda', 'timeout') ? undefined : seconds(USUAL_CALL));
  // A call that may take no time is wrong by itself.
  if (timeout === undefined || !own) return [];
  if (timeout > CALL_SECONDS)
    return [misfit(path, 'a function cannot be waited for so long', `at most ${shortest(CALL_SECONDS)}`)];
  if (timeout <= own) return [];
  return [
    misfit(
      path,
      `a migration of a function is a call of it, which AWS ends after ${shortest(own)}, before ${shortest(timeout)}`,
      `at most ${shortest(own)}, or a longer lambda.timeout`,
    ),
  ];
}
