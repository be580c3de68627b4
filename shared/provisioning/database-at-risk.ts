import type { Problem } from '../errors.ts';
import type { StackChange } from '../preview/stack.ts';

export const DATABASE_TYPE = 'AWS::RDS::DBInstance';
/** How copies of the database are called in the template. */
export const REPLICA = 'DatabaseReplica';

const isDatabase = ({ type, logicalId }: StackChange): boolean =>
  type === DATABASE_TYPE && !logicalId.startsWith(REPLICA);

export const isReplica = ({ type, logicalId }: StackChange): boolean =>
  type === DATABASE_TYPE && logicalId.startsWith(REPLICA);

/** Where the database alone stands: it goes with it. */
export const isDatabaseSubnet = ({ type, logicalId }: StackChange): boolean =>
  type === 'AWS::EC2::Subnet' && logicalId.startsWith('DatabaseSubnet');

/** What a stack tells of its database, as templates/parts/database.ts writes it. */
export const GUARD = 'DatabaseGuard';

/**
 * Whether what is in the database may be lost. A word of the manifest is needed, and that nothing protects it now; of a
 * database that leaves the manifest, the one before has to have said so.
 * @param word `database.replace` of the manifest; undefined where it has no database of its own any more.
 * @param outputs of the stack as it is.
 */
export function mayLose(word: boolean | undefined, outputs: Record<string, string> = {}): boolean {
  const guard = outputs[GUARD];
  return guard !== 'protected' && (word ?? guard === 'replaceable');
}

/** What would be lost with the database, and what has to be said for that. */
export function databaseLoss(change: StackChange, outputs: Record<string, string> = {}): Problem | undefined {
  if (!isDatabase(change)) return undefined;
  const { action, name, settings, data } = change;
  const which = `the database${name ? ` ${name}` : ''}`;
  const left = data === 'snapshot' ? '; a last snapshot would be left' : '';
  return {
    code: 'DATA_AT_RISK',
    message:
      action === 'replace'
        ? `${which} would be replaced by an empty one, and all that is in it would be lost${left}`
        : `${which} would be deleted, with all that is in it${left}`,
    expected:
      action === 'replace' && settings.length > 0
        ? `${settings.join(', ')} as ${settings.length > 1 ? 'they were' : 'it was'}`
        : 'a manifest that keeps it',
    hint:
      outputs[GUARD] === 'protected'
        ? 'whoever means to give it up deploys database.deletionProtection: false and database.replace: true first'
        : `whoever means to give it up ${action === 'replace' ? 'says' : 'deploys'} database.replace: true${action === 'replace' ? '' : ' first'}`,
  };
}

const PASSWORD = ['ManageMasterUserPassword', 'MasterUserPassword'];

/** Changes after which what serves would have a password that is not right any more: the stack changes before the release does. */
export const lockedOut = (changes: readonly StackChange[]): Problem[] =>
  changes
    .filter((change) => isDatabase(change) && change.action !== 'create' && change.action !== 'delete')
    .filter(({ action, settings }) => action !== 'replace' && settings.some((one) => PASSWORD.includes(one)))
    .map(({ name }) => ({
      code: 'STILL_USED',
      message: `the database${name ? ` ${name}` : ''} would get another password, and what serves still uses the one that it has`,
      expected: 'database.password as before',
      hint: 'a new value goes into the same secret; a pilot of another name can have its password elsewhere',
    }));
