import { firstRule, strengthsIn } from './viewer.ts';
import type { Worker } from './worker.ts';
import type { World } from './world.ts';

/**
 * Writes down what is judged later of services and functions: pointers, how large colours are, what is taken down, and
 * when nobody answers whom viewers are sent to.
 */
export function watchServers(world: World): void {
  const { servers, clock, pointers, strengths, takenDown, outages } = world;
  const { ecs, balancers, functions, now } = servers;
  strengths.push({ at: clock.now(), strengths: strengthsIn(now.ecs) });
  const moved = (by: Worker) => {
    const seen = world.seen();
    const { fence, shares } = pointers.at(-1)?.seen ?? world.blue;
    if (JSON.stringify([fence, shares]) === JSON.stringify([seen.fence, seen.shares])) return;
    pointers.push({ at: clock.now(), seen, ...handOf(by) });
  };
  const looked = () => {
    const last = strengthsIn(now.ecs);
    if (JSON.stringify(last) !== JSON.stringify(strengths.at(-1)?.strengths))
      strengths.push({ at: clock.now(), strengths: last });
    const healthy = (group: string) => last[group]?.healthy ?? 0;
    const [listener = ''] = now.balancers.listeners;
    const { weights = {} } = firstRule(now.balancers, listener) ?? {};
    const groups = Object.keys(weights);
    const silent = groups.find((group) => (weights[group] ?? 0) > 0 && healthy(group) === 0);
    const isSick = servers.sick.size > 0 && silent && last[silent]?.release !== world.blue.live;
    if (silent && !isSick && groups.some((group) => healthy(group) > 0))
      outages.push({ at: clock.now(), release: last[silent]?.release ?? 'nothing' });
  };
  balancers.watch = (by) => {
    moved(by);
    looked();
  };
  ecs.watch = looked;
  functions.watch = (_, by) => moved(by);
  const down = (release: string | undefined, by: Worker) =>
    takenDown.push({ at: clock.now(), release: release ?? 'unknown', ...handOf(by) });
  ecs.watchRemoval = (definition, by) => down(/--(\w{20}):\d+$/.exec(definition)?.[1], by);
  functions.watchRemoval = ({ Description }, by) => down(/^Pilotage: release (\w+)$/.exec(Description)?.[1], by);
}

const handOf = ({ function: by, deployment }: Worker) => ({ function: by, ...(deployment && { deployment }) });
