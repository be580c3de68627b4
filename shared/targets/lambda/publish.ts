import { createAlias, readAlias } from '../../aws/function-alias.ts';
import {
  configureFunction,
  createFunction,
  type FunctionState,
  readFunction,
  replaceCode,
  setSigning,
  tagFunction,
} from '../../aws/function-state.ts';
import { listVersions, publishVersion } from '../../aws/function-versions.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { type Failed, failed, type Parked, parked } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf, POINTER } from './detail.ts';
import { type Next, nextOf, RETRIED, type Seen } from './next.ts';
import { OFFLINE, offlineFunction } from './offline.ts';
import { aliasOf } from './pointer.ts';
import { describe, offlineVersion, versionOfRelease } from './versions.ts';
import { type Wanted, wantedOf } from './wanted.ts';

/** The function, its alias, and the version that is the release. */
export type Published = Pick<Next & { next: 'finish' }, 'state' | 'alias' | 'version'>;

/**
 * Brings the function to where the release is one of its published versions. Each change is one call, after which it
 * parks until AWS has carried it out. What runs, runs in published versions, which none of this touches.
 * @throws also what Lambda refuses: `troubleOf` tells what that means.
 */
export async function publishRelease(plan: Plan, lease: Lease): Promise<Published | Parked | Failed> {
  const wanted = wantedOf(plan);
  if ('outcome' in wanted) return wanted;
  const name = detailOf(plan).function;
  const first = nextOf(await see(name), plan, wanted, lease);
  if ('outcome' in first) return first;
  if (first.next !== 'open') return act(plan, wanted, lease, first);
  await open(name, first.state);
  const next = nextOf(await see(name), plan, wanted, lease);
  return 'outcome' in next ? next : act(plan, wanted, lease, next);
}

async function see(name: string): Promise<Seen> {
  const [state, alias, versions] = await Promise.all([
    readFunction(name),
    readAlias(name, POINTER),
    listVersions(name),
  ]);
  return { versions, ...(state && { state }), ...(alias && { alias }) };
}

/** The alias, which names nothing but the offline version yet: it is there at once. */
async function open(name: string, { revision }: FunctionState): Promise<void> {
  const { version } = offlineVersion(await listVersions(name)) ?? (await publishVersion(name, revision, OFFLINE));
  await createAlias(name, POINTER, aliasOf({ fence: 0 }, version));
}

async function act(plan: Plan, wanted: Wanted, lease: Lease, next: Next): Promise<Published | Parked | Failed> {
  const { function: name, signing } = detailOf(plan);
  const { settings, code, processor } = wanted;
  const description = describe(plan.release);
  switch (next.next) {
    case 'wait':
      return untilReady('the function to be ready', next.since);
    case 'create': {
      const made = await offlineFunction(settings, code);
      await createFunction(name, { ...made, processor, description: OFFLINE, tags: ownerTags(plan) });
      return untilReady('the new function to be ready');
    }
    case 'again':
      await tagFunction(next.state.arn, { [RETRIED]: lease.deployment });
      await configureFunction(name, next.state.revision, settings, description);
      return untilReady('the function’s settings to be changed');
    case 'configure':
      await configureFunction(name, next.state.revision, settings, description);
      return untilReady('the function’s settings to be changed');
    case 'code':
      if (!('image' in code)) await setSigning(name, signing);
      await replaceCode(name, next.state.revision, code, processor);
      return untilReady('the function’s code to be changed');
    case 'publish':
      return publish(plan, wanted, next);
    case 'finish':
      return next;
    case 'open':
      return untilReady('the function’s alias');
  }
}

async function publish(
  plan: Plan,
  wanted: Wanted,
  { state, alias }: Next & { next: 'publish' },
): Promise<Published | Parked | Failed> {
  const name = detailOf(plan).function;
  const description = describe(plan.release);
  const version = await publishVersion(name, state.revision, description, wanted.sha256);
  if (!versionOfRelease([version], plan.release)) {
    if (state.description === description)
      return failed(
        'NOT_PUBLISHED',
        `Lambda publishes no version of its own for it, and gives version ${version.version}`,
      );
    // Code and settings are those of another release, whose version AWS gave: a description makes a difference.
    await configureFunction(name, state.revision, wanted.settings, description);
    return untilReady('the function’s description to be changed');
  }
  if (version.state === 'pending') return untilReady('the new version to be ready');
  return { state, alias, version };
}

/** Lambda changes functions within seconds; those in a network, or with an image, within minutes. */
const SOON_MS = 5_000;
const PATIENCE_MS = 15 * 60_000;

/** @param since when AWS began with it: waiting anew makes the wait no longer. */
export const untilReady = (awaits: string, since = new Date()): Parked =>
  parked(awaits, new Date(since.getTime() + PATIENCE_MS), new Date(Date.now() + SOON_MS));
