import { BlockList, isIPv6 } from 'node:net';
import { PROBES } from '../ranges.ts';
import type { Entry, World } from '../world.ts';

/** Groups of one load balancer, and whom they let in together from each moment on. */
export interface Door {
  pilot: string;
  notes: { at: number; entries: Entry[] }[];
}

/** Those of which no group is gone: nobody can keep the others. */
export function doorsOf({ entrances, servers }: World): Door[] {
  return Object.entries(servers.now.edges.doors)
    .filter(([, groups]) => groups.every((id) => servers.now.edges.groups[id]))
    .map(([pilot, groups]) => ({
      pilot,
      notes: entrances.map((note) => ({ at: note.at, entries: groups.flatMap((id) => note.groups[id] ?? []) })),
    }));
}

/** Addresses that are looked at, and are among these. */
export function among(cidrs: readonly string[]): Set<string> {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return new Set(PROBES.filter((probe) => list.check(probe, isIPv6(probe) ? 'ipv6' : 'ipv4')));
}

/** By rules of Pilotage's own. */
export const ours = (entries: readonly Entry[]): string[] =>
  entries.filter(({ isOurs }) => isOurs).map(({ cidr }) => cidr);
export const all = (entries: readonly Entry[]): string[] => entries.map(({ cidr }) => cidr);

/** The published lists, each from its moment on, the newest last. */
export const listsOf = ({ servers }: World) =>
  servers.now.published.map(({ at, list }) => ({ at, cidrs: list.cidrs, holds: among(list.cidrs) }));

/** Whether each address of the one is among those of the other. */
export const isWithin = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  [...one].every((probe) => other.has(probe));

export const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  isWithin(one, other) && isWithin(other, one);
