import { type Claim, claimNotice, giveBack, noteTold } from '../ledger/notices.ts';

/**
 * Tells a channel how a deployment ended, unless it was told before or somebody
 * else is at it (who fails or crashes is run again by Lambda with its own event).
 * When `send` throws, the channel counts as not told.
 * @returns whether this call told it.
 */
export async function tellOnce(
  deployment: string,
  channel: string,
  send: (claim: Claim) => Promise<void>,
): Promise<boolean> {
  const claim = await claimNotice(deployment, channel);
  if (claim === 'told' || claim === 'busy') return false;
  try {
    await send(claim);
  } catch (error) {
    // What could not be given back runs out by itself.
    await giveBack(claim).catch(() => undefined);
    throw error;
  }
  await noteTold(claim);
  return true;
}
