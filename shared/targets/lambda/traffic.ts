import { type Alias, type AliasContent, createAlias, moveAlias, readAlias } from '../../aws/function-alias.ts';
import { listVersions, type Version } from '../../aws/function-versions.ts';
import { type Done, done, type Failed, failed } from '../../outcome.ts';
import { type Move, offlineMove, shiftMove } from '../moves.ts';
import type { Lease, Live, Plan, RolledBack, Shifted } from '../target.ts';
import { detailOf, POINTER } from './detail.ts';
import { FENCED } from './held.ts';
import { isSame, rollbackMove } from './moves.ts';
import { aliasOf, liveOf, type Pointer, pointerOf, weightsOf } from './pointer.ts';
import { troubleOf } from './trouble.ts';
import { offlineVersion, versionOfRelease } from './versions.ts';

/** Who gets a function's calls. */
export const live = async (plan: Plan): Promise<Live> => liveOf((await see(detailOf(plan).function)).pointer);

export async function shift(plan: Plan, before: Live, weight: number, lease: Lease): Promise<Shifted | Failed> {
  const { release } = plan;
  const decide = ({ pointer, versions }: Seen): Move<Pointer> => {
    const found = versionOfRelease(versions, release);
    if (!found) return failed('RELEASE_INCOMPLETE', `no version of the function is release ${release}`);
    return shiftMove(pointer, { release, version: found.version }, before, weight, lease);
  };
  const moved = await move(plan, decide, lease);
  if (moved === 'held' || moved === 'lost') return FENCED;
  return 'outcome' in moved ? moved : done({ weight: weightsOf(moved.now)[release] ?? 0 });
}

export async function rollback(plan: Plan, before: Live, lease: Lease): Promise<RolledBack | Failed> {
  const moved = await move(plan, ({ pointer }) => rollbackMove(pointer, plan.release, before, lease), lease);
  if (moved === 'lost') throw new Error('the lock was lost while the traffic was given back');
  if (moved === 'held') return done({ rolledBack: false });
  return 'outcome' in moved ? moved : done({ rolledBack: true, serving: moved.now.live?.release ?? 'nothing' });
}

export async function offline(
  plan: Plan,
  before: Live,
  page: string | undefined,
  lease: Lease,
): Promise<Done | Failed> {
  const decide = ({ pointer, versions }: Seen): Move<Pointer> => {
    const found = page === undefined ? undefined : offlineVersion(versions, page);
    const move = offlineMove(pointer, before, found?.version, lease);
    const isMissing = page !== undefined && !found && move !== 'held';
    return isMissing ? gone('the version that shows the message') : move;
  };
  const moved = await move(plan, decide, lease);
  if (moved === 'held' || moved === 'lost') return FENCED;
  return 'outcome' in moved ? moved : done();
}

interface Seen {
  pointer: Pointer;
  alias?: Alias;
  versions: Version[];
}

async function see(name: string): Promise<Seen> {
  const [alias, versions] = await Promise.all([readAlias(name, POINTER), listVersions(name)]);
  return { pointer: pointerOf(alias, versions), versions, ...(alias && { alias }) };
}

/** Nobody but deployments of this very pilot changes its alias. */
const TRIES = 5;

/**
 * Reads the alias, decides, writes it if nothing has changed meanwhile, reads it back.
 * @returns what it says now; `lost` when the lock is somebody else's by now.
 */
async function move(
  plan: Plan,
  decide: (seen: Seen) => Move<Pointer>,
  lease: Lease,
): Promise<{ now: Pointer } | 'held' | 'lost' | Failed> {
  const name = detailOf(plan).function;
  let unanswered: unknown;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const seen = await see(name);
    const decided = decide(seen);
    if (decided === 'held') return decided;
    if ('leave' in decided) return { now: decided.leave };
    if ('outcome' in decided) return decided;
    const content = contentOf(decided.write, seen.versions);
    if ('outcome' in content) return content;

    if (!(await lease.mayMove(weightsOf(decided.write)))) return 'lost';
    try {
      if (!(await write(name, seen.alias, content))) continue;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble?.outcome === 'failed') return trouble;
      // It may have been applied although its answer was lost: what is read back decides.
      unanswered = error;
    }
    if (isSame(pointerOf(await readAlias(name, POINTER), seen.versions), decided.write)) return { now: decided.write };
  }
  throw unanswered ?? new Error(`the alias of ${name} could not be moved in ${TRIES} tries: others kept changing it`);
}

const write = (name: string, alias: Alias | undefined, content: AliasContent): Promise<boolean> =>
  alias ? moveAlias(name, POINTER, alias.revision, content) : createAlias(name, POINTER, content);

/** The alias that says this; an alias can only name versions that are there. */
function contentOf(pointer: Pointer, versions: Version[]): AliasContent | Failed {
  const offline = offlineVersion(versions)?.version;
  const { live, page = offline } = pointer;
  if (!live && !versions.some(({ version }) => version === page))
    return gone('the version that serves while the pilot is offline');
  if (live && !versions.some(({ version }) => version === live.version))
    return gone(`version ${live.version} of the function, which is ${live.release},`);
  return aliasOf(pointer, offline ?? '');
}

const gone = (what: string) => failed('POINTER_UNKNOWN', `${what} is no longer there`);
