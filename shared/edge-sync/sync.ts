import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { isDenied } from '../aws/presence.ts';
import { type Block, textOf } from '../edge/cidr.ts';
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
} from '../ledger/edge.ts';
import { canonicalJson } from '../manifest/digest.ts';
import { clearGroups, type DoorSync, syncDoor, type Work } from './door.ts';
import { denied } from './trouble.ts';

export interface Syncing {
  ranges: Ranges;
  /** `gate`: where all that decides is as it was, nothing is looked at. `drift`: it is looked at in any case. */
  check: 'gate' | 'drift';
  /** What is to be opened from now on, as a deployment says; as the latest one said where it is absent. */
  opening?: Opening | undefined;
  /** Nothing is changed, and nothing noted. */
  dryRun?: boolean | undefined;
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
  const opening = syncing.opening ?? state?.opening;
  if (!opening) return { outcome: 'nothing' };
  const blocks = blocksFor(opening, ranges);
  const digest = digestOf(opening, blocks);
  if ((state?.token ?? 0) > ranges.token) return { outcome: 'overtaken' };
  if (check === 'gate' && state?.digest === digest && state.outcome === 'done') {
    if (state.token !== ranges.token && !dryRun) await bringForward(whose, digest, ranges.token);
    return opening.groups.length === 0 ? { outcome: 'nothing' } : same(state);
  }
  const door = { ...opening, blocks };
  if (dryRun) {
    if (opening.groups.length === 0) return { outcome: 'nothing' };
    return orLater(() => syncDoor(door, { may: async () => true, pause: async () => undefined, dryRun }));
  }
  const claim = await claimEdge(whose, ranges.token, now());
  if (!claim) return { outcome: 'busy' };
  const left = leftBy(claim.state, opening);
  const { quota } = claim.state;
  const work: Work = {
    may: () => stillClaimed(claim, now()),
    pause: async (ms) => void (await pause(ms)),
    quota: quota && Date.parse(quota.at) > now().getTime() - QUOTA_MS ? quota.rules : undefined,
  };
  const synced = await orLater(async (): Promise<PilotSync> => {
    const did = opening.groups.length === 0 ? ({ outcome: 'nothing' } as const) : await syncDoor(door, work);
    const isDone = did.outcome === 'nothing' || did.outcome === 'same' || did.outcome === 'changed';
    return isDone && !(await clearGroups(left, work)) ? { outcome: 'overtaken' } : did;
  });
  await note(claim, { opening, digest, left }, synced, now());
  return synced;
}

/** So long AWS is not asked again how many rules a group may have, as long as they are enough. */
const QUOTA_MS = 3_600_000;

/** Groups whose rules were kept before, and are not any more; the stack may use them for something else. */
const leftBy = ({ left = [], opening }: EdgeState, { groups }: Opening): string[] =>
  [...new Set([...left, ...(opening?.groups ?? [])])].filter((id) => !groups.includes(id));

/** What of the published ranges an opening lets in. */
export const blocksFor = ({ service, ipv6 }: Pick<Opening, 'service' | 'ipv6'>, { blocks }: Ranges): Block[] =>
  blocks[service].filter(({ family }) => ipv6 || family === 4);

/** Of the ranges themselves, and not of their token: most publications change nothing of CloudFront’s. */
const digestOf = (opening: Opening, blocks: readonly Block[]): string =>
  createHash('sha256')
    .update(canonicalJson({ ...opening, blocks: blocks.map(textOf) }))
    .digest('hex')
    .slice(0, 20);

const same = ({ groups }: EdgeState): PilotSync => ({ outcome: 'same', ...(groups && { groups }) });

/** What is thrown is AWS being asked too often, or not answering: it is tried again. Or we may not do it, which is told. */
export async function orLater<Synced>(
  work: () => Promise<Synced>,
): Promise<Synced | { outcome: 'later'; reason: string } | { outcome: 'failed'; problem: Problem }> {
  try {
    return await work();
  } catch (error) {
    if (isDenied(error))
      return {
        outcome: 'failed',
        problem: denied(`what lets CloudFront in: ${(error as Error).message.slice(0, 200)}`),
      };
    return { outcome: 'later', reason: `${(error as Error).name}: ${(error as Error).message}`.slice(0, 300) };
  }
}

async function note(
  claim: EdgeClaim,
  { opening, digest, left }: Pick<Required<EdgeState>, 'opening' | 'digest' | 'left'>,
  synced: PilotSync,
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  switch (synced.outcome) {
    case 'nothing':
      await leaveEdge(claim, { opening, digest, at, outcome: 'done' });
      return;
    case 'same':
    case 'changed': {
      const { groups } = synced;
      await leaveEdge(claim, {
        opening,
        digest,
        at,
        outcome: 'done',
        ...quotaAfter(claim, synced, at),
        ...(groups && { groups }),
      });
      return;
    }
    case 'failed': {
      const { code, message } = synced.problem;
      // The digest stays away: the next look does not pass the gate.
      await leaveEdge(claim, { opening, left, at, outcome: 'failed', code, reason: message });
      return;
    }
    case 'later':
      await leaveEdge(claim, { opening, left, at, outcome: 'waiting', reason: synced.reason });
      return;
    default:
      // Whoever took over notes what becomes of it.
      return;
  }
}

/** Where AWS was not asked again, it is what it was. */
function quotaAfter({ state }: EdgeClaim, synced: PilotSync, at: string): Pick<EdgeState, 'quota'> {
  if (synced.outcome === 'changed' && synced.quota !== undefined) return { quota: { rules: synced.quota, at } };
  return state.quota ? { quota: state.quota } : {};
}
