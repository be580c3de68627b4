import { poll } from '../../shared/git/reading/poll.ts';

/** Finds pushes and pull requests whose webhook was lost, and reads again pushes that could not be read: every five minutes. */
export async function handler(): Promise<void> {
  await poll(new Date());
}
