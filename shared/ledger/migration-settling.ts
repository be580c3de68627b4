import { type Key, update } from '../aws/table.ts';
import { TURNED, turnTo } from './migration-changes.ts';
import { directionOf, type Migration, migrationKey, type Whose } from './migrations.ts';

/** What a person may say of a migration of which nobody else can tell, and what becomes of it then. */
const SETTLED = {
  done: { up: 'done', down: 'reverted' },
  again: { up: 'wanted', down: 'done' },
} as const;

/**
 * Notes what a person found out: that it is done (a reversal: that it is taken back), or that it is to be done again.
 * @returns false when it changed meanwhile.
 */
export async function settleMigration(
  whose: Whose,
  { release, status, at }: Migration,
  as: keyof typeof SETTLED,
  by: string,
): Promise<boolean> {
  const direction = directionOf({ status });
  const to = SETTLED[as][direction];
  const now = new Date().toISOString();
  const byHand = direction === 'up' && as === 'done';
  // What the command that migrates back has written is no account of what stands now.
  const isBackUp = direction === 'down' && as === 'again';
  const left = [
    'trouble',
    '#run',
    ...(to === 'wanted' ? ['#snapshot'] : []),
    ...(byHand ? [] : ['byHand']),
    ...(isBackUp ? ['exitCode', '#log', '#more'] : []),
  ];
  const written = await update<Migration & Key>({
    key: migrationKey(whose, release),
    update: `SET #status = :to, #at = :now, ${TURNED}, settledBy = :by${byHand ? ', byHand = :true' : ''} REMOVE ${left.join(', ')}`,
    condition: '#status = :seen AND #at = :at',
    names: {
      ...{ '#status': 'status', '#at': 'at', '#run': 'run', '#course': 'course' },
      ...(to === 'wanted' && { '#snapshot': 'snapshot' }),
      ...(isBackUp && { '#log': 'log', '#more': 'more' }),
    },
    values: {
      ...{ ':to': to, ':now': now, ':by': by, ':seen': status, ':at': at, ...turnTo(to, now) },
      ...(byHand && { ':true': true }),
    },
  });
  // When the answer to the first try was lost, the second finds it done.
  return written.applied || (written.now?.at === now && written.now.settledBy === by);
}
