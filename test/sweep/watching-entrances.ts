import type { Edges } from './aws/edge/state.ts';
import type { Entry, World } from './world.ts';

/** Writes down what is judged later of security groups: whom each of them lets in after each change. */
export function watchEntrances({ servers: { edges }, clock, entrances }: World): void {
  const look = () => void entrances.push({ at: clock.now(), groups: groupsIn(edges.now) });
  edges.watch = look;
  look();
}

/** Pilotage's mark is what its documentation says: all else is somebody else's. */
function groupsIn({ groups, lists }: Edges): Record<string, Entry[]> {
  const all = Object.entries(groups).map(([id, rules]) => [
    id,
    rules.flatMap(({ cidr, list, description }): Entry[] => {
      if (cidr !== undefined) return [{ cidr, isOurs: description.startsWith('Pilotage: ') }];
      const held = lists.find((one) => one.id === list)?.versions.at(-1) ?? [];
      return held.map((entry) => ({ cidr: entry, isOurs: true }));
    }),
  ]);
  return Object.fromEntries(all);
}
