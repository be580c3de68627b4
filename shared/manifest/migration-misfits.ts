import { CALL_SECONDS, USUAL_CALL } from './complete.ts';
import { seconds, shortest } from './duration.ts';
import { type Misfit, misfit, type Reader } from './misfit.ts';
import type { TargetName } from './sections/index.ts';

/** A migration needs a database; that of a function has to fit into a call of it. */
export function migrationMisfits(of: Reader, target: TargetName | undefined): Misfit[] {
  if (!of.has('migrations')) return [];
  const noDatabase = of.has('database')
    ? []
    : [misfit(['migrations'], 'there is no database to migrate', 'a section database as well')];
  return target === 'lambda' ? [...noDatabase, ...callMisfits(of)] : noDatabase;
}

function callMisfits(of: Reader): Misfit[] {
  const path = ['migrations', 'timeout'];
  const timeout = of.seconds(...path);
  const own = of.seconds('lambda', 'timeout') ?? (of.has('lambda', 'timeout') ? undefined : seconds(USUAL_CALL));
  if (timeout === undefined || own === undefined) return [];
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
