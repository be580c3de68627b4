import {
  askForRestore,
  changeDatabase,
  type DatabaseNow,
  type RestoreAsked,
  type RestoreWanted,
  readDatabase,
  removeDatabase,
} from '../aws/database-restores.ts';
import { type KeptSnapshot, readSnapshot } from '../aws/database-snapshots.ts';
import { type Claim, claim, type Drill, leave, listOf, note, type Whose } from '../ledger/backups.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { ownerTags } from '../manifest/owner-tags.ts';
import { KIND } from './keeping.ts';
import { tellDrill } from './telling.ts';
import { firstWords } from './wire.ts';
import { isStuck, notAvailable, restoreFailed, snapshotGone, type Trouble, troubleOfRestore } from './words.ts';

const CLAIM_SECONDS = 120;
const RECENT = 5;
/** What is not there by then will not be. */
const PATIENCE_MS = 6 * 3_600_000;

/** `drill`: it is removed again. `restored`: it stays. */
export type Purpose = 'drill' | 'restored';

/** The name of the database that a snapshot is restored into. */
export const drillInstance = ({ pilot, environment }: Whose, at: string, purpose: Purpose = 'drill'): string =>
  derivedName('database', { pilot, environment, parts: [purpose, at.replace(/\D/g, '').slice(0, 14)] });

/** Looks after the drills of a pilot: brings each that is not over as far as it goes without waiting. */
export async function drillRound(whose: Whose): Promise<void> {
  const open = (await listOf(whose, 'drill', RECENT)).filter(({ status }) => status === 'making');
  for (const { at } of open) {
    const held = await claim(whose, 'drill', at, CLAIM_SECONDS, new Date());
    if (!held) continue;
    try {
      for (let before: string | undefined; before !== held.row.state; ) {
        before = held.row.state;
        await lookAt(held, whose, new Date());
      }
    } finally {
      await leave(held);
    }
  }
}

async function lookAt(held: Claim<'drill'>, whose: Whose, now: Date): Promise<void> {
  const { state } = held.row;
  if (state === 'wanted') await begin(held, whose, now);
  else if (state === 'restoring') await untilThere(held, now);
  else if (state === 'arming') await arm(held, whose, now);
  else if (state === 'removing') await remove(held, whose, now);
}

/** Nothing was made that would have to be removed. */
const over = (held: Claim<'drill'>, whose: Whose, trouble: Trouble, now: Date) =>
  end(held, whose, { trouble, state: 'over' }, now);

async function begin(held: Claim<'drill'>, whose: Whose, now: Date): Promise<void> {
  const { database, snapshot, instance } = held.row;
  const [like, taken] = await Promise.all([readDatabase(database), readDatabase(instance)]);
  if (!like) return over(held, whose, notAvailable(database, undefined), now);
  if (taken && !isOurs(taken, held.row)) return over(held, whose, nameTaken(instance), now);
  // The same again is the same database: the one that an earlier call has asked for.
  const asked = taken ? 'exists' : await ask(held.row, whose, like);
  const trouble = troubleOfRestore(asked, snapshot);
  if (trouble) return over(held, whose, trouble, now);
  if (asked === 'asked' || (taken && asked === 'exists'))
    await note(held, { state: 'restoring', begunAt: taken?.madeAt ?? now.toISOString() });
}

async function ask({ instance: id, snapshot, ...drill }: Drill, whose: Whose, now: DatabaseNow): Promise<RestoreAsked> {
  const of = await readSnapshot(snapshot);
  if (!of) return 'no snapshot';
  const tags = { ...ownerTags(whose), [KIND]: purposeOf(drill) };
  const multiAz = drill.stays ? now.multiAz : false;
  return askForRestore({ id, snapshot, like: settingsFor(of, now), multiAz, tags });
}

/** Those of the present database; parameters of another major version RDS would not take, and has some of its own. */
export function settingsFor(of: Pick<KeptSnapshot, 'engine' | 'version'>, like: DatabaseNow): RestoreWanted['like'] {
  const { parameterGroup, ...others } = like;
  return { ...others, ...(parameterGroup && familyOfSnapshot(of) === familyOfSnapshot(like) && { parameterGroup }) };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithDBInstanceParamGroups.html */
export const familyOfSnapshot = ({ engine, version }: Pick<KeptSnapshot, 'engine' | 'version'>): string =>
  `${engine}${version
    .split('.')
    .slice(0, engine === 'postgres' ? 1 : 2)
    .join('.')}`;

const purposeOf = ({ stays }: Pick<Drill, 'stays'>): Purpose => (stays ? 'restored' : 'drill');
const isOurs = ({ tags }: DatabaseNow, drill: Drill): boolean => tags[KIND] === purposeOf(drill);

const nameTaken = (instance: string): Trouble => ({
  code: 'NAME_TAKEN',
  reason: `there is a database ${instance} already, which was made for something else: it is left alone; try again`,
});

async function untilThere(held: Claim<'drill'>, now: Date): Promise<void> {
  const { instance, begunAt = now.toISOString() } = held.row;
  const there = await readDatabase(instance);
  if (there?.status === 'available') {
    const { checks, trouble } = await check(held.row, there);
    const state = held.row.stays && !trouble ? 'arming' : 'removing';
    return note(held, { state, thereAt: now.toISOString(), checks, ...(trouble && { trouble }) });
  }
  if (!there || isStuck(there.status))
    return note(held, { state: 'removing', trouble: restoreFailed(instance, there?.status ?? 'gone') });
  if (now.getTime() - Date.parse(begunAt) > PATIENCE_MS)
    await note(held, { state: 'removing', trouble: restoreFailed(instance, `${there.status} after 6 hours`) });
}

async function check({ snapshot }: Drill, there: DatabaseNow): Promise<{ checks: string[]; trouble?: Trouble }> {
  const of = await readSnapshot(snapshot);
  if (!of) return { checks: [], trouble: snapshotGone(snapshot) };
  const speaks = there.address ? await firstWords(there.address, there.engine) : 'unreachable';
  const wrong = [
    ...(there.engine === of.engine ? [] : [`its engine is ${there.engine}, of ${of.engine}`]),
    ...(there.storage >= of.storage ? [] : [`it has ${there.storage} GiB, of ${of.storage}`]),
    ...(speaks === 'wrong' ? [`what answers at its address is no ${there.engine}`] : []),
  ];
  const checks = [
    `${there.engine} ${there.version}, ${there.storage} GiB: available`,
    speaks === 'right'
      ? 'it answers at its address'
      : 'its address cannot be reached from here: its network is private',
  ];
  if (wrong.length === 0) return { checks };
  return { checks, trouble: { code: 'DRILL_FAILED', reason: wrong.join('; ') } };
}

/** The passwords of the snapshot's time may be nobody's any more: RDS makes one, and keeps it in a secret. */
async function arm(held: Claim<'drill'>, whose: Whose, now: Date): Promise<void> {
  const there = await readDatabase(held.row.instance);
  if (!there) return end(held, whose, { state: 'over', trouble: restoreFailed(held.row.instance, 'gone') }, now);
  const { managedSecret: secret, secretStatus } = there;
  if (secret && secretStatus !== 'creating') return end(held, whose, { state: 'over', secret }, now);
  if (!secret && there.status === 'available') await changeDatabase(there.id, { ManageMasterUserPassword: true });
}

/** Nothing is over before it is gone: it costs as long as it is there. */
async function remove(held: Claim<'drill'>, whose: Whose, now: Date): Promise<void> {
  const there = await readDatabase(held.row.instance);
  if (!there) return end(held, whose, { state: 'over' }, now);
  if (isOurs(there, held.row) && there.status !== 'deleting') await removeDatabase(there.id);
}

async function end(held: Claim<'drill'>, whose: Whose, last: Partial<Drill>, now: Date): Promise<void> {
  const trouble = last.trouble ?? held.row.trouble;
  await tellDrill(whose, { ...held.row, ...last });
  await note(held, { ...last, status: trouble ? 'failed' : 'done', finishedAt: now.toISOString() });
}
