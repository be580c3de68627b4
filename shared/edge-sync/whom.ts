import type { Whose } from '../ledger/backups.ts';
import { listPilots } from '../ledger/deployments.ts';
import { findEdge } from '../ledger/edge.ts';
import { LISTS } from './run.ts';

/** Rows that are read side by side. */
const AT_ONCE = 16;

/** All pilots whose groups Pilotage keeps, by their names, and before them the prefix lists. */
export async function affected(): Promise<Whose[]> {
  const found: Whose[] = [];
  const waiting = (await listPilots()).map(({ pilot, environment }) => ({ pilot, environment }));
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) if (await hasGroups(one)) found.push(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return [LISTS, ...found.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))];
}

const nameOf = ({ pilot, environment }: Whose): string => `${pilot}#${environment}`;

/** Groups that are kept, or that were and still have rules of ours. */
export async function hasGroups(one: Whose): Promise<boolean> {
  const { opening, left = [] } = (await findEdge(one)) ?? {};
  return (opening?.groups.length ?? 0) + left.length > 0;
}
