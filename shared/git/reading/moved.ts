import { headOf, type Push } from '../../ledger/pushes.ts';
import type { GitHost } from '../host.ts';
import { isBehind, mayBeBehind } from './trouble.ts';

/** What becomes of a push whose ref points elsewhere than it told. */
export type Moved = 'superseded' | 'later';

export const movedBranch = (push: Push, head: string, now: Date): Moved =>
  isBehind(push, head, now) ? 'later' : 'superseded';

/**
 * The same of a tag. What was told may be the annotated tag’s own object: then it was not moved. One that was is found
 * by no poll, which looks for new tags alone: so what it points to now is deployed by the last push that is known of it.
 * @returns undefined where what the tag points to is to be deployed.
 */
export async function movedTag(host: GitHost, push: Push, now: Date): Promise<Moved | undefined> {
  const { ref, id, connection, commit } = push;
  if ((await host.tagObject(ref.name)) === commit) return undefined;
  const last = await headOf(connection, ref);
  if (last && last.push !== id) return 'superseded';
  return mayBeBehind(push, now) ? 'later' : undefined;
}
