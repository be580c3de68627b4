import type { Environment, Version } from '../../local/beanstalk/account.ts';
import type { Beanstalk } from './aws/beanstalk.ts';
import { tasksOf } from './aws/ecs/state.ts';
import type { Rule } from './aws/elb.ts';
import { strengthsOfGroups } from './aws/groups/release.ts';
import type { Buckets } from './aws/s3.ts';
import type { Kept } from './aws/servers.ts';
import { SITES as BUCKET } from './names.ts';
import { nameOfCode, nameOfImage, SITES, type SiteName } from './sites.ts';

/** What viewers get by a pointer. */
export interface Seen {
  fence: number;
  /** The release that has the main share; absent when the site is offline. */
  live?: string;
  /** Percent of the viewers by release; empty when the site is offline. */
  shares: Record<string, number>;
  /** Which site a release serves, whole and unmixed; absent where a file is missing or another one, or not all of its servers answer. */
  sites: Record<string, SiteName | undefined>;
  /** What is wrong with the pointer itself. */
  flaw?: string;
}

interface Arm {
  r: string;
  i: string[];
}

/** By the key of a site, as the edge reads it (shared/targets/static/pointer.ts says what the letters mean). */
export function seenBy(text: string | undefined, site: string, buckets: Buckets): Seen {
  if (text === undefined) return { fence: 0, shares: {}, sites: {} };
  const { f, l, n } = JSON.parse(text) as { f: number; l?: Arm; n?: Arm & { w: number } };
  const shares: Record<string, number> = {};
  if (l) shares[l.r] = 100 - (n?.w ?? 0);
  if (n) shares[n.r] = (shares[n.r] ?? 0) + n.w;
  const arms = [l, n].filter((arm) => arm !== undefined);
  const flaw = flawOf(shares, l, n);
  return {
    fence: f,
    ...(l && { live: l.r }),
    shares,
    sites: Object.fromEntries(arms.map((arm) => [arm.r, served(arm, site, buckets)])),
    ...(flaw && { flaw }),
  };
}

function flawOf(shares: Record<string, number>, live: Arm | undefined, next: Arm | undefined): string | undefined {
  const weights = Object.values(shares);
  const sum = weights.reduce((all, one) => all + one, 0);
  if (next && !live) return 'a share of nothing';
  if (next && next.r === live?.r) return 'one release twice';
  if (weights.some((weight) => !(weight > 0 && weight <= 100))) return `weights ${weights.join(' and ')}`;
  return weights.length > 0 && sum !== 100 ? `weights that sum to ${sum}` : undefined;
}

function served({ r, i }: Arm, site: string, buckets: Buckets): SiteName | undefined {
  const keyOf = (path: string) =>
    `${BUCKET}/sites/${site}/${i.some((prefix) => path.startsWith(prefix)) ? 'shared' : `r/${r}`}/${path}`;
  const isWhole = (name: SiteName) =>
    Object.entries(SITES[name]).every(([path, text]) => buckets.newest(keyOf(path))?.body.toString() === text);
  return (Object.keys(SITES) as SiteName[]).find(isWhole);
}

/** A colour of a service, as the load balancer sees it. */
export interface Strength {
  release: string;
  desired: number;
  running: number;
  healthy: number;
  /** What all its healthy targets serve; absent where there are none, or they differ. */
  serves?: SiteName;
}

export type Strengths = Record<string, Strength>;

/** The services behind target groups, by the groups' ARNs. */
export function strengthsIn({ services, definitions }: Kept['ecs']): Strengths {
  const imageOf = (definition: string) => definitions.find(({ arn }) => arn === definition)?.image ?? '';
  return Object.fromEntries(
    services.map((service) => {
      const { group, desired, tasks, rollouts } = service;
      const [primary] = rollouts;
      const healthy = tasks.filter(({ health }) => health === 'healthy');
      const [name, ...others] = new Set(healthy.map(({ definition }) => nameOfImage(imageOf(definition))));
      const strength = {
        release: /--([0-9a-f]{20}):\d+$/.exec(primary?.definition ?? '')?.[1] ?? 'unknown',
        desired,
        running: tasksOf(service, primary, 'RUNNING').length,
        healthy: healthy.length,
        ...(name && others.length === 0 && { serves: name }),
      };
      return [group, strength];
    }),
  );
}

/** All that stands behind target groups. */
export const strengthsBehind = ({ ecs, groups, templates }: Behind): Strengths => ({
  ...strengthsIn(ecs),
  ...strengthsOfGroups(groups, templates),
});
type Behind = Pick<Kept, 'ecs' | 'groups' | 'templates'>;

const MARK = /^\/\.pilotage\/(\d+)\/(blue|green|offline)$/;

/** The rule that a listener's requests meet first. */
export const firstRule = ({ rules }: Kept['balancers'], listener: string): Rule | undefined =>
  rules.filter((rule) => rule.listener === listener).sort((a, b) => a.priority - b.priority)[0];

/** By the live rule of a listener. */
export function seenByRule(now: Behind & Pick<Kept, 'balancers'>, listener: string): Seen {
  const rule = firstRule(now.balancers, listener);
  if (!rule) return { fence: 0, shares: {}, sites: {} };
  const strengths = strengthsBehind(now);
  const mark = rule.paths.map((path) => MARK.exec(path)).find((found) => found);
  const total = Object.values(rule.weights).reduce((sum, weight) => sum + weight, 0);
  const sites: Seen['sites'] = {};
  const shares: Seen['shares'] = {};
  let live: { release: string; isNext: boolean } | undefined;
  for (const [group, weight] of Object.entries(rule.weights)) {
    if (weight === 0) continue;
    const found = strengths[group];
    const release = found?.release ?? 'nothing';
    const isWhole = found && found.desired > 0 && found.healthy >= found.desired;
    shares[release] = (shares[release] ?? 0) + weight;
    sites[release] = isWhole ? found.serves : undefined;
    const isNext = group.includes(mark?.[2] === 'green' ? 'GreenTargets' : 'BlueTargets');
    if (!live || live.isNext) live = { release, isNext };
  }
  return {
    fence: Number(mark?.[1] ?? 0),
    ...(live && { live: live.release }),
    shares,
    sites,
    ...(total !== 100 && Object.keys(rule.weights).length > 0 && { flaw: `weights that sum to ${total}` }),
  };
}

/** By the alias of a function. One version answers while it is offline; a version's description tells its release. */
export function seenByAlias(
  { functions }: Pick<Kept, 'functions'>,
  name: string,
  answers: (code: string) => boolean,
): Seen {
  const { aliases, versions = [] } = functions.all[name] ?? {};
  const alias = aliases?.live;
  if (!alias) return { fence: 0, shares: {}, sites: {} };
  const fence = Number(/^Pilotage: fence (\d+)$/.exec(alias.description)?.[1] ?? 0);
  const releaseOf = (version: string) => {
    const text = versions.find((one) => one.version === version)?.Description ?? '';
    return /^Pilotage: offline( \w+)?$/.test(text)
      ? undefined
      : (/^Pilotage: release (\w+)$/.exec(text)?.[1] ?? `version ${version}`);
  };
  const weights = Object.entries(alias.weights).map(([version, share]) => [version, Math.round(share * 100)] as const);
  const rest = 100 - weights.reduce((sum, [, weight]) => sum + weight, 0);
  const live = releaseOf(alias.version);
  const sites: Seen['sites'] = {};
  const shares: Seen['shares'] = {};
  for (const [version, weight] of [[alias.version, rest] as const, ...weights]) {
    const release = releaseOf(version);
    if (!release || weight === 0) continue;
    const found = versions.find((one) => one.version === version);
    shares[release] = (shares[release] ?? 0) + weight;
    sites[release] = found?.state === 'Active' && answers(found.code) ? nameOfCode(found.code) : undefined;
  }
  const flaw =
    rest < 0 ? `weights that sum to ${100 - rest}` : !live && weights.length > 0 ? 'a share of nothing' : undefined;
  return { fence, ...(live && { live }), shares, sites, ...(flaw && { flaw }) };
}

type Contents = (version: Version) => SiteName | undefined;

const there = ({ environments }: Pick<Beanstalk, 'environments'>): Environment[] =>
  environments.filter(({ status }) => status !== 'Terminated');

/** How many instances of an environment answer. */
const answering = ({ health, version, instances }: Environment): number =>
  health === 'Green' ? instances.filter((one) => one.version === version).length : 0;

/** Environments by their names, but for the one that only says that nothing is there. */
export function strengthsOfPair({ applications, environments }: Beanstalk, contentOf: Contents): Strengths {
  return Object.fromEntries(
    there({ environments }).flatMap((one) => {
      const version = applications.get(one.application)?.versions.get(one.version);
      const content = version && contentOf(version);
      if (!content) return [];
      const strength = {
        release: one.version,
        desired: one.desired,
        running: one.status === 'Terminating' ? 0 : one.instances.length,
        healthy: answering(one),
        serves: content,
      };
      return [[one.name, strength]];
    }),
  );
}

/** By the host that two environments swap: whose it is. */
export function seenByHost(now: Beanstalk, host: string, contentOf: Contents): Seen {
  const holder = there(now).find(({ cname }) => cname === host);
  const { tags = {} } = (holder && now.applications.get(holder.application)) ?? {};
  const fence = Math.max(0, ...Object.keys(tags).map((key) => Number(/^pilotage:fence-(\d+)/.exec(key)?.[1] ?? 0)));
  if (!holder || holder.version.startsWith('offline-')) return { fence, shares: {}, sites: {} };
  const { release, desired, healthy, serves } = strengthsOfPair(now, contentOf)[holder.name] ?? NOBODY;
  const isWhole = desired > 0 && healthy >= desired;
  return { fence, live: release, shares: { [release]: 100 }, sites: { [release]: isWhole ? serves : undefined } };
}

const NOBODY: Strength = { release: 'nothing', desired: 0, running: 0, healthy: 0 };
