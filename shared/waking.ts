import { setting } from './aws/config.ts';
import { ENDING_STEPS } from './ledger/course.ts';
import { claimLook, nextRecovery, type Parking, type Running } from './ledger/parking.ts';
import { ofDeployment } from './names.ts';

/** Runs a parked step again, which looks at what is true now. Ten wakes at once are one. */
export async function wake(id: string): Promise<boolean> {
  const parking = await claimLook(id, new Date());
  if (!parking) return false;
  const { invokeLater } = await import('./aws/functions.ts');
  await invokeLater(parking.function, parking.event);
  return true;
}

/** With this many recoveries that did not help, somebody must look; they go on meanwhile. */
const WORRYING = 3;

/**
 * Ends a deployment whose execution is gone: an execution of its own gives the
 * traffic back and frees the lock. While one runs, no other is started, and what it waits for is looked at.
 * @throws when several did not help: the watchdog's alarm is for this.
 */
export async function recover(
  { id, recoveries = 0, parked }: Pick<Running, 'id' | 'recoveries' | 'parked'>,
  why: string,
): Promise<void> {
  const { executionStatus, startExecution } = await import('./aws/engine.ts');
  const machine = setting('ROLLBACK_MACHINE');
  if (recoveries > 0 && (await executionStatus(machine, recoveryName(id, recoveries))) === 'RUNNING') {
    if (isOfAnEnd(parked)) await wake(id);
    return;
  }
  const attempt = await nextRecovery(id, recoveries);
  if (attempt === undefined) return;
  const failure = { Error: 'ExecutionLost', Cause: JSON.stringify({ reason: why }) };
  await startExecution(machine, recoveryName(id, attempt), { deployment: id, failure });
  if (attempt > WORRYING) throw new Error(`${attempt - 1} recoveries of ${id} did not bring it to an end`);
}

/** What an earlier step parked goes with the execution that it was of. */
const isOfAnEnd = (parked: Parking | undefined): boolean =>
  ENDING_STEPS.includes(String((parked?.event as { step?: string } | undefined)?.step));

/** An execution's name has 80 characters at most, and an id may be that long. */
const recoveryName = (id: string, attempt: number): string => `${ofDeployment(id)?.order}-${attempt}`;
