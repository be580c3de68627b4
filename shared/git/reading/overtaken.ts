import { findPush, type Head, listPushes, type Push } from '../../ledger/pushes.ts';

/** So many of a connection’s pushes are looked through. */
const LATEST = 100;

/**
 * Whether the last that was recorded of a branch is older than what it points to, which was recorded before it: webhooks
 * overtake each other. Then nothing was missed.
 * @param now the commit that the provider says.
 */
export async function isOvertaken(connection: string, last: Head, now: string): Promise<boolean> {
  const push = await findPush(last.push);
  if (!push || !givesWayTo(push, now)) return false;
  const others = await listPushes(connection, LATEST);
  return others.some(
    ({ ref, commit, outcome }) =>
      ref.kind === last.ref.kind && ref.name === last.ref.name && commit === now && outcome?.kind !== 'superseded',
  );
}

/** Whether it was read, or is to be, while the branch pointed there already. */
const givesWayTo = ({ outcome }: Push, now: string): boolean =>
  outcome === undefined || (outcome.kind === 'superseded' && outcome.by === now);
