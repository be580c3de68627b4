import { askToLookAgain, type Claim, claimNotice, giveBack, noteTold } from '../ledger/notices.ts';

/** What there is to tell at this moment, and whether it is the last word. Without `send`, nothing is sent. */
export interface Look {
  send?: (claim: Claim) => Promise<void>;
  end: boolean;
}

/** Whom to keep up to date about what. */
export interface Keeping {
  deployment: string;
  channel: string;
  /** Looks at what is true now. */
  look: () => Promise<Look>;
  /** Told when a state on the way could not be told. That the end could not be told throws. */
  warn: (error: Error) => void;
}

/**
 * Brings what a channel shows of a deployment to what is true now. One at a time: whoever finds somebody at it asks
 * them to look again and leaves, so that ten events at once are one or two updates, and none brings an older state back.
 */
export async function keepTold(keeping: Keeping): Promise<void> {
  const { deployment, channel } = keeping;
  for (;;) {
    const claim = await claimNotice(deployment, channel);
    if (claim === 'told') return;
    if (claim !== 'busy') {
      if (await tellNow(claim, keeping)) return;
    } else if (await askToLookAgain(deployment, channel)) return;
  }
}

/** @returns whether there is nothing more to look at. */
async function tellNow(claim: Claim, { look, warn }: Keeping): Promise<boolean> {
  let seen: Look | undefined;
  try {
    seen = await look();
    await seen.send?.(claim);
  } catch (error) {
    // What could not be given back runs out by itself.
    const isAll = await giveBack(claim).catch(() => false);
    if (!seen || seen.end) throw error;
    warn(error as Error);
    return isAll;
  }
  if (!seen.end) return giveBack(claim);
  await noteTold(claim);
  return true;
}
