import type { Alias, AliasContent } from '../../aws/function-alias.ts';
import type { Version } from '../../aws/function-versions.ts';
import type { Live } from '../target.ts';
import { isOffline, offlineVersion, releaseOfVersion } from './versions.ts';

/** What a function's alias says: which version gets which calls, and who wrote that. */
export interface Pointer {
  /** A pointer with a higher fence than yours was written after you lost the lock: leave it. */
  fence: number;
  /** Absent while the pilot is offline. */
  live?: Arm;
  /** `weight`: percent of the calls, above 0 and below 100. */
  next?: Arm & { weight: number };
  /** The version that answers while the pilot is offline, where that is not the usual one. */
  page?: string;
}

export interface Arm {
  release: string;
  version: string;
}

const FENCE = /^Pilotage: fence (\d{1,15})$/;

/** Reads an alias. One that somebody else described has the fence 0. */
export function pointerOf(alias: Alias | undefined, versions: Version[]): Pointer {
  if (!alias) return { fence: 0 };
  const fence = fenceOf(alias);
  const { version } = alias;
  if (isOffline(versions, version))
    return { fence, ...(version !== offlineVersion(versions)?.version && { page: version }) };
  const arm = (version: string): Arm => ({ version, release: releaseOfVersion(versions, version) });
  const { second } = alias;
  return {
    fence,
    live: arm(alias.version),
    ...(second && { next: { ...arm(second.version), weight: second.percent } }),
  };
}

export const fenceOf = ({ description }: Pick<Alias, 'description'>): number =>
  Number(FENCE.exec(description)?.[1] ?? 0);

/** The alias that says this. @param offline the version that serves while nothing is live. */
export const aliasOf = ({ fence, live, next, page }: Pointer, offline: string): AliasContent => ({
  description: `Pilotage: fence ${fence}`,
  version: live?.version ?? page ?? offline,
  ...(live && next && { second: { version: next.version, percent: next.weight } }),
});

/** Who gets the traffic, as every target tells it. */
export function liveOf({ fence, live, next, page }: Pointer): Live {
  if (!live) return { weights: {}, fence, ...(page !== undefined && { page }) };
  return { release: live.release, weights: weightsOf({ live, ...(next && { next }) }), fence, pointer: live.version };
}

export function weightsOf({ live, next }: Pick<Pointer, 'live' | 'next'>): Live['weights'] {
  if (!live) return {};
  return { [live.release]: 100 - (next?.weight ?? 0), ...(next && { [next.release]: next.weight }) };
}
