import { releaseOf } from './aws/groups/release.ts';
import { settingsTrouble } from './settings.ts';
import { firstRule, strengthsBehind, strengthsOfPair } from './viewer.ts';
import type { Worker } from './worker.ts';
import type { World } from './world.ts';

/**
 * Writes down what is judged later of services and functions: pointers, how large colours are, what is taken down, and
 * when nobody answers whom viewers are sent to.
 */
export function watchServers(world: World): void {
  const { servers, clock, pointers, strengths, takenDown, outages, unread } = world;
  const { ecs, groups, balancers, functions, beanstalk, volumes, contentOf, now } = servers;
  const strengthsNow = () => ({ ...strengthsBehind(now), ...strengthsOfPair(now.beanstalk, contentOf) });
  strengths.push({ at: clock.now(), strengths: strengthsNow() });
  const before = () => pointers.at(-1)?.seen ?? world.blue;
  const moved = (by: Worker, seen = world.seen()) => {
    const { fence, shares } = before();
    if (JSON.stringify([fence, shares]) === JSON.stringify([seen.fence, seen.shares])) return;
    pointers.push({ at: clock.now(), seen, ...handOf(by) });
  };
  /** A fence that is written beside the address gives nobody traffic, however well that one is by now. */
  const movedOrFenced = (by: Worker) => {
    const seen = world.seen();
    const { shares, sites } = before();
    moved(by, JSON.stringify(shares) === JSON.stringify(seen.shares) ? { ...seen, sites } : seen);
  };
  const looked = () => {
    const last = strengthsNow();
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
  const lookedAtPair = () => {
    const { live } = world.seen();
    const colours = Object.values(strengthsOfPair(now.beanstalk, contentOf));
    const isSilent = colours.some(({ release, healthy }) => release === live && healthy === 0);
    const isSick = servers.sick.size > 0 && live !== world.blue.live;
    if (isSilent && !isSick && live && colours.some(({ healthy }) => healthy > 0))
      outages.push({ at: clock.now(), release: live });
  };
  const read = () => {
    for (const release of Object.keys(world.seen().shares)) {
      const what = settingsTrouble(now, release);
      if (what) unread.push({ at: clock.now(), release, what });
    }
  };
  balancers.watch = (by) => {
    moved(by);
    looked();
    read();
  };
  volumes.watch = read;
  ecs.watch = looked;
  groups.watch = looked;
  functions.watch = (_, by) => moved(by);
  beanstalk.watch = (by) => {
    if (by) movedOrFenced(by);
    looked();
    lookedAtPair();
  };
  beanstalk.watchRemoval = ({ version }, by) => down(version, by);
  const down = (release: string | undefined, by: Worker) =>
    takenDown.push({ at: clock.now(), release: release ?? 'unknown', ...handOf(by) });
  groups.watchRemoval = (group, by) => down(releaseOf(group, now.templates), by);
  ecs.watchRemoval = (definition, by) => down(/--(\w{20}):\d+$/.exec(definition)?.[1], by);
  functions.watchRemoval = ({ Description }, by) => down(/^Pilotage: release (\w+)$/.exec(Description)?.[1], by);
}

const handOf = ({ function: by, deployment }: Worker) => ({ function: by, ...(deployment && { deployment }) });
