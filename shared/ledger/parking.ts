import { get, type Key, list, update } from '../aws/table.ts';
import type { Machine } from '../machines.ts';
import { runningKey } from './keys.ts';

/**
 * Running deployments, one row each from acceptance to the terminal record.
 * While a step waits, its row also holds how to run it again.
 */
export interface Running {
  id: string;
  acceptedAt: string;
  /** The machine that carries it; absent where it was accepted before there was more than one. */
  machine?: Machine;
  /** The run (entry and attempt of a state) that acts for it now; those before it were given up. */
  run?: string;
  parked?: Parking;
  /** A wake came while nothing was parked; the next parking looks again at once. */
  woken?: boolean;
  /** Until when (ISO) somebody who was woken is busy looking. */
  lookingUntil?: string;
  /** How many executions were started to end it after its own was gone. */
  recoveries?: number;
  /** It has ended, and nobody was told yet: how it ended stands in its own row. */
  untold?: boolean;
}

export interface Parking {
  /** The function to run again, and the event to run it with. */
  function: string;
  event: object;
  awaits: string;
  deadline: string;
  wakeAt?: string;
}

type Row = Omit<Running, 'id'> & Key;
const fromRow = ({ pk: _, sk, ...row }: Row): Running => ({ id: sk, ...row });

/** How long one look may take before another may begin. */
const LOOK_SECONDS = 60;

/** Every accepted deployment that has no terminal record yet. */
export const listRunning = async (): Promise<Running[]> => (await list<Row>('RUNNING')).map(fromRow);

/**
 * A run of a step begins: what the runs before it parked is void.
 * @returns `overtaken` when a later run began already, `absent` when the deployment is not running.
 */
export async function beginRun(id: string, run: string): Promise<'begun' | 'overtaken' | 'absent'> {
  const begun = await update<Row>({
    key: runningKey(id),
    update: 'SET #run = :run REMOVE parked, woken, lookingUntil',
    condition: 'attribute_exists(pk) AND (attribute_not_exists(#run) OR #run < :run)',
    names: { '#run': 'run' },
    values: { ':run': run },
  });
  if (begun.applied || begun.now?.run === run) return 'begun';
  return begun.now ? 'overtaken' : 'absent';
}

/**
 * Parks a run of a step. A run that was given up parks nothing: it counts as parked.
 * @returns false when a wake came since the step began to look: it should look again.
 */
export async function park(id: string, run: string, parking: Parking): Promise<boolean> {
  const parked = await update<Row>({
    key: runningKey(id),
    update: 'SET parked = :parking REMOVE lookingUntil',
    condition: '#run = :run AND attribute_not_exists(woken)',
    names: { '#run': 'run' },
    values: { ':parking': parking, ':run': run },
  });
  if (parked.applied || parked.now?.run !== run) return true;
  await update({ key: runningKey(id), update: 'REMOVE woken', condition: 'attribute_exists(pk)' });
  return false;
}

/** A look failed: the next round of the watchdog may look again at once. */
export async function lookAgainSoon(id: string, run: string): Promise<void> {
  await update({
    key: runningKey(id),
    update: 'REMOVE lookingUntil',
    condition: '#run = :run',
    names: { '#run': 'run' },
    values: { ':run': run },
  });
}

/**
 * Claims the look at a parked deployment, so that ten wakes at once are one.
 * @returns what to run, or undefined when nothing is parked (the wake is kept
 * for the next parking) or somebody else is looking.
 */
export async function claimLook(id: string, now: Date): Promise<Parking | undefined> {
  const until = new Date(now.getTime() + LOOK_SECONDS * 1000).toISOString();
  const claimed = await update<Row>({
    key: runningKey(id),
    update: 'SET lookingUntil = :until',
    condition: 'attribute_exists(parked) AND (attribute_not_exists(lookingUntil) OR lookingUntil < :now)',
    values: { ':until': until, ':now': now.toISOString() },
  });
  if (claimed.applied) return claimed.now.parked;
  if (!claimed.now) return undefined;
  await update({
    key: runningKey(id),
    update: 'SET woken = :yes',
    condition: 'attribute_exists(pk)',
    values: { ':yes': true },
  });
  return undefined;
}

/**
 * Counts one more recovery of a deployment whose execution is gone.
 * @returns its number, or undefined when somebody else counted first or the deployment has ended.
 */
export async function nextRecovery(id: string, seen: number): Promise<number | undefined> {
  const counted = await update<Row>({
    key: runningKey(id),
    update: 'SET recoveries = :next',
    condition: `attribute_exists(pk) AND ${seen === 0 ? 'attribute_not_exists(recoveries)' : 'recoveries = :seen'}`,
    values: { ':next': seen + 1, ...(seen > 0 && { ':seen': seen }) },
  });
  return counted.applied ? seen + 1 : undefined;
}

export const findRunning = async (id: string): Promise<Running | undefined> => {
  const row = await get<Row>(runningKey(id));
  return row && fromRow(row);
};
