import { poll } from '../../shared/git/reading/poll.ts';

/** Finds pushes whose webhook was lost, and reads again those that could not be read: every five minutes. */
export async function handler(): Promise<void> {
  await poll(new Date());
}
