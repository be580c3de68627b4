import type { Service } from '../../shared/edge/ranges.ts';
import { type Contender, prefixList, rules, sample } from './contenders.ts';
import { type Published, publishedIn, withFiveChanged } from './published.ts';
import type { Measured, Scene } from './scene.ts';

/** The most that Pilotage may take; nothing of it is said for the sample. */
export interface Goal {
  reads?: number;
  writes?: number;
  /** Of both together. */
  calls?: number;
}

export type Row = Measured & { goal?: Goal };

/** What happens to four groups, one after the other; and how many calls each may take. */
type Goals = Readonly<Record<'first' | 'same' | 'drift' | 'five', Goal>>;

const CLOUDFRONT: Service = 'CLOUDFRONT';
const ORIGIN: Service = 'CLOUDFRONT_ORIGIN_FACING';

const NOTHING = { reads: 0, writes: 0 };
/** One load balancer: three of its four groups are filled, and what is gone may have been in each of the four. */
const ONE: Goals = { first: { writes: 3 }, same: NOTHING, drift: { reads: 1, writes: 0 }, five: { calls: 5 } };
/** Four load balancers: AWS’s calls take one group each, so one call adds, and another one removes, for each of them. */
const FOUR: Goals = { first: { writes: 4 }, same: NOTHING, drift: { reads: 4, writes: 0 }, five: { writes: 8 } };
/** The list’s version and its entries are told by two calls. */
const LIST: Goals = { first: { writes: 3 }, same: NOTHING, drift: { reads: 2, writes: 0 }, five: { writes: 1 } };

/** Four groups with the quota that every account has, kept by Pilotage in each of its ways and by AWS’s sample. */
export async function fourGroups({ account, measure }: Scene): Promise<Row[]> {
  const rows: Row[] = [];
  const course = async (contender: Contender, service: Service, goals?: Goals, made = async () => {}) => {
    const list = publishedIn(2024);
    const next = withFiveChanged(list, service);
    const told = async (what: string, at: Published, kind: keyof Goals, check?: 'drift') => {
      const measured = await measure(contender, what, at, check);
      rows.push({ ...measured, ...(goals && { goal: goals[kind] }) });
    };
    await told('first', list, 'first');
    await made();
    await told('no change', list, 'same');
    if (goals) await told('no change, looked at', list, 'drift', 'drift');
    await told('5 ranges changed', next, 'five');
  };
  await course(rules('rules, 1 balancer', CLOUDFRONT, [await account.groups(4)]), CLOUDFRONT, ONE);
  const doors = (await account.groups(4)).map((group) => [group]);
  await course(rules('rules, 4 balancers', ORIGIN, doors), ORIGIN, FOUR);
  const shared = prefixList('prefix-list', ORIGIN);
  await course(shared, ORIGIN, LIST, async () => {
    for (const group of await account.groups(4)) await account.letIn(group, shared.id() ?? '');
  });
  const theirs = await sample('sample, origin-facing', ORIGIN, account);
  await course(theirs, ORIGIN);
  await theirs.leave();
  return rows;
}

/** From the list of 2020 to that of 2024, four years in which most ranges were cut anew. */
export async function fourYears({ account, measure }: Scene): Promise<Row[]> {
  const rows: Row[] = [];
  const four = { first: { writes: 3 }, next: { writes: 8 } };
  const ours = rules('rules, 1 balancer', CLOUDFRONT, [await account.groups(4)]);
  rows.push({ ...(await measure(ours, 'first, 2020', publishedIn(2020))), goal: four.first });
  rows.push({ ...(await measure(ours, '2020 to 2024', publishedIn(2024))), goal: four.next });
  return [...rows, ...(await yearsOfSample({ account, measure }, 'sample'))];
}

/** The sample: with the quota of every account it comes to an end at the first group. */
export async function yearsOfSample({ account, measure }: Scene, name: string): Promise<Row[]> {
  const theirs = await sample(name, CLOUDFRONT, account);
  return [
    await measure(theirs, 'first, 2020', publishedIn(2020)),
    await measure(theirs, '2020 to 2024', publishedIn(2024)),
  ];
}
