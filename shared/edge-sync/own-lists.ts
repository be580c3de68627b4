import { setting } from '../aws/config.ts';
import { findPrefixLists, type PrefixListNow } from '../aws/prefix-lists.ts';
import { type Block, FAMILIES, type Family } from '../edge/cidr.ts';
import type { Service } from '../edge/ranges.ts';

export const TAG = 'pilotage:installation';

/** Names of lists are not unique in an account; the tag says whose one is. */
export const listName = (service: Service, family: Family): string =>
  `${setting('INSTALLATION')}-${service.toLowerCase().replaceAll('_', '-')}-ipv${family}`;

/** Ours, by family; of several with one name the one that everybody comes upon. */
export async function findOwn(service: Service): Promise<Partial<Record<Family, PrefixListNow>>> {
  const lists = await findPrefixLists({ names: FAMILIES.map((family) => listName(service, family)) });
  const own = lists
    .filter(({ state, tags }) => state !== 'gone' && tags[TAG] === setting('INSTALLATION'))
    .sort((a, b) => a.id.localeCompare(b.id));
  const [ipv4, ipv6] = FAMILIES.map((family) => own.find((list) => list.family === family));
  return { ...(ipv4 && { 4: ipv4 }), ...(ipv6 && { 6: ipv6 }) };
}

/** The ids of those that are there, by family; none is made. */
export const listsThere = async (service: Service): Promise<Partial<Record<Family, string>>> =>
  idsOf(await findOwn(service));

export const idsOf = (lists: Partial<Record<Family, PrefixListNow>>): Partial<Record<Family, string>> => ({
  ...(lists[4] && { 4: lists[4].id }),
  ...(lists[6] && { 6: lists[6].id }),
});

export const ofFamily = (blocks: readonly Block[], family: Family): Block[] =>
  blocks.filter((one) => one.family === family);
