import { setting } from './aws/config.ts';
import { claimLook, nextRecovery, type Running } from './ledger/parking.ts';
import { ofDeployment } from './names.ts';

/** Runs a parked step again, which looks at what is true now. Ten wakes at once are one. */
export async function wake(id: string): Promise<boolean> {
  const parking = await claimLook(id, new Date());
  if (!parking) return false;
  const { invokeLater } = await import('./aws/functions.ts');
  await invokeLater(parking.function, parking.event);
  return true;
}

/** How many executions of the rollback machine may try before it is left to people. */
const MOST_RECOVERIES = 10;

/**
 * Ends a deployment whose execution is gone: an execution of its own gives the
 * traffic back and frees the lock.
 * @returns false when a recovery runs already, or too many have failed.
 */
export async function recover(
  { id, recoveries = 0 }: Pick<Running, 'id' | 'recoveries'>,
  why: string,
): Promise<boolean> {
  const { executionStatus, startExecution } = await import('./aws/engine.ts');
  const machine = setting('ROLLBACK_MACHINE');
  if (recoveries >= MOST_RECOVERIES) return false;
  if (recoveries > 0 && (await executionStatus(machine, recoveryName(id, recoveries))) === 'RUNNING') return false;
  const attempt = await nextRecovery(id, recoveries);
  if (attempt === undefined) return false;
  const failure = { Error: 'ExecutionLost', Cause: JSON.stringify({ reason: why }) };
  return startExecution(machine, recoveryName(id, attempt), { deployment: id, failure });
}

/** An execution's name has 80 characters at most, and an id may be that long. */
const recoveryName = (id: string, attempt: number): string => `${ofDeployment(id)?.order}-${attempt}`;
