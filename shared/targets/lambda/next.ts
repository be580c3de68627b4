import type { Alias } from '../../aws/function-alias.ts';
import type { FunctionState } from '../../aws/function-state.ts';
import type { Version } from '../../aws/function-versions.ts';
import { canonicalJson } from '../../manifest/digest.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { type Failed, failed } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import { FENCED } from './held.ts';
import { OFFLINE } from './offline.ts';
import { fenceOf } from './pointer.ts';
import { offlineVersion, versionOfRelease } from './versions.ts';
import type { Wanted } from './wanted.ts';

/** What is there of a function. */
export interface Seen {
  state?: FunctionState;
  alias?: Alias;
  versions: Version[];
}

/**
 * The next thing that a function needs so that its release is a published version.
 * `open`: it is there and has no alias yet. `again`: what AWS could not do before is tried once more.
 */
export type Next =
  | { next: 'create' }
  | { next: 'wait'; since?: Date }
  | { next: 'open' | 'again' | 'configure' | 'code'; state: FunctionState }
  | { next: 'publish'; state: FunctionState; alias: Alias }
  | { next: 'finish'; state: FunctionState; alias: Alias; version: Version };

/** The deployment that found the function's last change failed, and tried again. */
export const RETRIED = 'pilotage:retried-by';

/** One change at a time: AWS takes the next only when the one before is carried out. */
export function nextOf(
  seen: Seen,
  plan: Plan,
  wanted: Wanted,
  lease: Pick<Lease, 'deployment' | 'fence'>,
): Next | Failed {
  const { state, alias, versions } = seen;
  if (!state) return { next: 'create' };
  const isOurs = Object.entries(ownerTags(plan)).every(([tag, value]) => state.tags[tag] === value);
  if (!isOurs) return failed('FUNCTION_TAKEN', `${state.arn} is there already, and is not this pilot’s`);
  if ('image' in wanted.code !== (state.image !== undefined)) return failed('PACKAGE_TYPE', CANNOT_CHANGE);
  if (alias && fenceOf(alias) > lease.fence) return FENCED;
  if (state.status === 'changing') return { next: 'wait', since: state.changedAt };
  if (!alias) {
    const canOpen = offlineVersion(versions) !== undefined || state.description === OFFLINE;
    return canOpen ? { next: 'open', state } : failed('OFFLINE_VERSION_MISSING', `${state.arn} ${WAS_CHANGED}`);
  }
  const version = versionOfRelease(versions, plan.release);
  if (version && !isOutdated(version, wanted))
    return version.state === 'pending' ? { next: 'wait' } : { next: 'finish', state, alias, version };
  if (state.status === 'failed') {
    const wasRetried = state.tags[RETRIED] === lease.deployment;
    return wasRetried
      ? failed('FUNCTION_BROKEN', state.reason ?? 'Lambda could not change it')
      : { next: 'again', state };
  }
  if (canonicalJson(state.settings) !== canonicalJson(wanted.settings)) return { next: 'configure', state };
  return hasCode(state, wanted) ? { next: 'publish', state, alias } : { next: 'code', state };
}

/** Of the variables that the stack tells: a pilot that goes offline and comes back may have got another database meanwhile. */
const OF_DATABASE = ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_SECRET'];

const isOutdated = ({ variables = {} }: Version, { settings }: Wanted): boolean =>
  OF_DATABASE.some((name) => variables[name] !== settings.variables[name]);

const CANNOT_CHANGE =
  'AWS cannot change a function between zip and image; deploy it under another name, or delete the function first';
const WAS_CHANGED =
  'has neither its alias nor the version that serves while it is offline; delete the function to begin anew';

function hasCode(state: FunctionState, { code, sha256, processor }: Wanted): boolean {
  if (state.processor !== processor) return false;
  return 'image' in code ? state.image === code.image : state.codeSha256 === sha256;
}
