import type { Buckets } from './aws/s3.ts';
import { SITES as BUCKET } from './names.ts';
import { SITES, type SiteName } from './sites.ts';

/** What viewers get by a pointer, as the edge reads it (shared/targets/static/pointer.ts says what the letters mean). */
export interface Seen {
  fence: number;
  /** The release that has the main share; absent when the site is offline. */
  live?: string;
  /** Percent of the viewers by release; empty when the site is offline. */
  shares: Record<string, number>;
  /** Which site a release serves, whole and unmixed; absent where a file is missing or another one. */
  sites: Record<string, SiteName | undefined>;
  /** What is wrong with the pointer itself. */
  flaw?: string;
}

interface Arm {
  r: string;
  i: string[];
}

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
