import { setTimeout as after } from 'node:timers/promises';
import { type Check, type Key, transact, type Write } from '../aws/table.ts';
import { stillHeld } from './lock.ts';
import type { Migration, MigrationStatus, Turn } from './migrations.ts';

/** Who writes: a deployment, under the number of the lock that it holds. */
export interface Held {
  id: string;
  pilot: string;
  environment: string;
  fence: number;
}

export interface Change {
  /** The status that it must have; undefined: there is no row yet. */
  from: MigrationStatus | undefined;
  to: MigrationStatus;
  /** The run that is meant. */
  run?: string | undefined;
  set?: Partial<Record<keyof Migration, unknown>>;
  /** What is set where nothing is yet. */
  once?: Partial<Record<keyof Migration, unknown>>;
  remove?: readonly (keyof Migration)[];
  /** What its course tells besides the status and the time. */
  turn?: Pick<Turn, 'database'>;
  condition?: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
  checks?: Check[];
  /** Changes of other rows, all or none of them with this one. */
  beside?: { key: Key; asked: Change }[];
}

const TRIES = 4;
const PAUSE_MS = 200;

/**
 * Writes one change of a migration's row, under the lock.
 * @returns false when the row, or the lock, was not as it should be; also where the reply to a first write of it was lost.
 */
export async function change(held: Held, key: Key, asked: Change): Promise<boolean> {
  const beside = (asked.beside ?? []).map((one) => writeOf(one.key, one.asked));
  const writes = [writeOf(key, asked), ...beside, stillHeld(held, held.fence), ...(asked.checks ?? [])];
  for (let tried = 1; ; tried += 1)
    try {
      return await transact(writes);
    } catch (error) {
      // What a run came to is told once: somebody else's write of the lock's row at this moment must not lose it.
      if (tried === TRIES) throw error;
      await after(PAUSE_MS * tried);
    }
}

/** Adds to the course of a migration; its values: `turnTo`. */
export const TURNED = '#course = list_append(if_not_exists(#course, :none), :turn)';

export const turnTo = (status: MigrationStatus, at: string, more: Pick<Turn, 'database'> = {}) => ({
  ':none': [] as Turn[],
  ':turn': [{ status, at, ...more }] satisfies Turn[],
});

function writeOf(key: Key, asked: Change): Write {
  const { from, to, run, set = {}, once = {}, remove = [], turn, condition, names, values: compared } = asked;
  const now = new Date().toISOString();
  const turns = from !== to || turn;
  const values = Object.entries(set).filter(([, value]) => value !== undefined);
  const assignments = [
    ...['#status = :to', '#at = :now'],
    ...values.map(([name]) => `#${name} = :${name}`),
    ...Object.keys(once).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
    ...(turns ? [TURNED] : []),
  ];
  const conditions = [
    from ? '#status = :from' : 'attribute_not_exists(#status)',
    ...(run === undefined ? [] : ['#run.id = :runId']),
    ...(condition ? [condition] : []),
  ];
  const removed = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : '';
  const named = [
    ...values.map(([name]) => name),
    ...Object.keys(once),
    ...remove,
    ...(run === undefined ? [] : ['run']),
  ];
  return {
    key,
    update: `SET ${assignments.join(', ')}${removed}`,
    condition: conditions.join(' AND '),
    names: {
      '#status': 'status',
      '#at': 'at',
      ...(turns && { '#course': 'course' }),
      ...names,
      ...Object.fromEntries(named.map((name) => [`#${name}`, name])),
    },
    values: {
      ...compared,
      ':to': to,
      ':now': now,
      ...(turns && turnTo(to, now, turn)),
      ...(from && { ':from': from }),
      ...(run !== undefined && { ':runId': run }),
      ...Object.fromEntries([...values, ...Object.entries(once)].map(([name, value]) => [`:${name}`, value])),
    },
  };
}
