import { keepPreviews } from '../../shared/git/previews/round.ts';

/** Removes previews whose time is over or whose pull request was closed without a word, and follows commits that were missed: every five minutes. */
export async function handler(): Promise<void> {
  await keepPreviews();
}
