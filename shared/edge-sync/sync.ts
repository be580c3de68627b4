import { setTimeout as wait } from 'node:timers/promises';
import { isDenied } from '../aws/presence.ts';
import type { Block } from '../edge/cidr.ts';
import type { Ranges } from '../edge/ranges.ts';
import type { Problem } from '../errors.ts';
import type { Whose } from '../ledger/backups.ts';
import {
  bringForward,
  claimEdge,
  type EdgeClaim,
  type EdgeState,
  findEdge,
  type GroupUse,
  leaveEdge,
  type Opening,
  stillClaimed,
  stirEdge,
} from '../ledger/edge.ts';
import { clearGroups, type DoorSync, syncDoor } from './door.ts';
import { digestOf } from './gate.ts';
import { forbidden, uncleared } from './trouble.ts';
import type { Work } from './work.ts';

export interface Syncing {
  ranges: Ranges;
  /** `gate`: where all that decides is as it was, nothing is looked at. `drift`: it is looked at in any case. */
  check: 'gate' | 'drift';
  /** What is to be opened from now on, as a deployment says; as the latest one said where it is absent. */
  opening?: Opening | undefined;
  /** Nothing is changed, and nothing noted. */
  dryRun?: boolean | undefined;
  /** In a dry run: rules that a group may have, where AWS was asked for it just now. */
  quota?: number | undefined;
  now?: () => Date;
  pause?: (milliseconds: number) => Promise<unknown>;
}

export type PilotSync =
  | DoorSync
  /** No groups of its own are kept for it. */
  | { outcome: 'nothing' }
  /** As it was brought to before. */
  | { outcome: 'same'; groups?: GroupUse[] }
  /** Somebody else is at it. */
  | { outcome: 'busy' };

/**
 * Brings the groups of a pilot to AWS's ranges. Run at any time, by any number of people at once: one of them does it, and
 * whoever comes with an older list than the one that was synced does nothing.
 */
export async function syncPilot(whose: Whose, syncing: Syncing): Promise<PilotSync> {
  const { ranges, check, dryRun, now = () => new Date(), pause = wait } = syncing;
  const state = await findEdge(whose);
  const noted = syncing.opening ?? state?.opening;
  if (!noted) return { outcome: 'nothing' };
  const seen = { ...noted, blocks: blocksFor(noted, ranges) };
  if ((state?.token ?? 0) > ranges.token) return { outcome: 'overtaken' };
  const digest = state && digestOf({ opening: noted, blocks: seen.blocks }, state);
  if (check === 'gate' && digest && state.digest === digest && state.outcome === 'done') {
    if (state.token !== ranges.token && !dryRun) await bringForward(whose, digest, ranges.token);
    return noted.groups.length === 0 ? { outcome: 'nothing' } : same(state);
  }
  if (dryRun) {
    if (noted.groups.length === 0) return { outcome: 'nothing' };
    return orLater(() =>
      syncDoor(seen, { may: async () => true, pause: async () => undefined, quota: syncing.quota, dryRun }),
    );
  }
  const claim = await claimEdge(whose, ranges.token, now());
  if (!claim) return { outcome: 'busy' };
  // A deployment that came in between opens something else.
  const opening = syncing.opening ?? claim.state.opening ?? noted;
  const blocks = blocksFor(opening, ranges);
  const left = leftBy(claim.state, opening);
  const { quota } = claim.state;
  const work: Work = {
    may: () => stillClaimed(claim, now()),
    pause: async (ms) => void (await pause(ms)),
    quota: quota && Date.parse(quota.at) > now().getTime() - QUOTA_MS ? quota.rules : undefined,
  };
  const synced = await orLater(async (): Promise<PilotSync> => {
    const did =
      opening.groups.length === 0 ? ({ outcome: 'nothing' } as const) : await syncDoor({ ...opening, blocks }, work);
    const isDone = did.outcome === 'nothing' || did.outcome === 'same' || did.outcome === 'changed';
    const cleared = !isDone || (await orLater(() => clearGroups(left, work)));
    if (cleared === true) return did;
    return cleared === false ? { outcome: 'overtaken' } : { outcome: 'failed', problem: uncleared(left, cleared) };
  });
  if (await note(claim, { opening, left }, blocks, synced, now())) return synced;
  // What was done meanwhile may have come after all that the other one has looked at.
  await stirEdge(claim);
  return { outcome: 'overtaken' };
}

/** So long AWS is not asked again how many rules a group may have, as long as they are enough. */
const QUOTA_MS = 3_600_000;

/** Groups whose rules were kept before, and are not any more; the stack may use them for something else. */
export const leftBy = ({ left = [], opening }: EdgeState, { groups }: Opening): string[] =>
  [...new Set([...left, ...(opening?.groups ?? [])])].filter((id) => !groups.includes(id));

/** What of the published ranges an opening lets in. */
export const blocksFor = ({ service, ipv6 }: Pick<Opening, 'service' | 'ipv6'>, { blocks }: Ranges): Block[] =>
  (blocks[service] ?? []).filter(({ family }) => ipv6 || family === 4);

const same = ({ groups }: EdgeState): PilotSync => ({ outcome: 'same', ...(groups && { groups }) });

/** What is thrown is AWS being asked too often, or not answering: it is tried again. Or we may not do it, which is told. */
export async function orLater<Synced>(
  work: () => Promise<Synced>,
): Promise<Synced | { outcome: 'later'; reason: string } | { outcome: 'failed'; problem: Problem }> {
  try {
    return await work();
  } catch (error) {
    if (isDenied(error)) return { outcome: 'failed', problem: forbidden((error as Error).message) };
    return { outcome: 'later', reason: `${(error as Error).name}: ${(error as Error).message}`.slice(0, 300) };
  }
}

/** @returns false where somebody else has taken over, who notes what becomes of it. */
function note(
  claim: EdgeClaim,
  { opening, left }: Pick<Required<EdgeState>, 'opening' | 'left'>,
  blocks: readonly Block[],
  synced: PilotSync,
  now: Date,
): Promise<boolean> {
  const at = now.toISOString();
  const done = { opening, digest: digestOf({ opening, blocks }, claim.state), at, outcome: 'done' } as const;
  switch (synced.outcome) {
    case 'nothing':
      return leaveEdge(claim, done);
    case 'same':
    case 'changed': {
      const { groups } = synced;
      return leaveEdge(claim, { ...done, ...quotaAfter(claim, synced, at), ...(groups && { groups }) });
    }
    case 'failed': {
      const { code, message } = synced.problem;
      // The digest stays away: the next look does not pass the gate.
      return leaveEdge(claim, { opening, left, at, outcome: 'failed', code, reason: message });
    }
    default: {
      const reason = synced.outcome === 'later' ? synced.reason : TAKEN_OVER;
      return leaveEdge(claim, { opening, left, at, outcome: 'waiting', reason });
    }
  }
}

/** What stands in the row of whoever was told to stop, as long as nobody else has noted anything. */
export const TAKEN_OVER = 'somebody else has taken over';

/** Where AWS was not asked again, it is what it was. */
function quotaAfter({ state }: EdgeClaim, synced: PilotSync, at: string): Pick<EdgeState, 'quota'> {
  if (synced.outcome === 'changed' && synced.quota !== undefined) return { quota: { rules: synced.quota, at } };
  return state.quota ? { quota: state.quota } : {};
}
