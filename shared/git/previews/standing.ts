import { bringsManifest, isRemoval } from '../../events.ts';
import type { Deployment } from '../../ledger/deployment.ts';
import { listDeployments } from '../../ledger/deployments.ts';
import { readLock } from '../../ledger/lock.ts';
import { findPreview, type Preview } from '../../ledger/previews.ts';
import { findUnmade, type UnmadePreview } from '../../ledger/unmade-previews.ts';
import { type Told, toldByRow } from '../../notify/told.ts';

/** A preview of a pull request, by name. */
export type PreviewNamed = Pick<Preview, 'pilot' | 'environment' | 'connection' | 'number'>;

/** How a preview stands, all of it read from the ledger: whoever looks last tells what is true. */
export interface PreviewStanding {
  /** Absent where it has no place. */
  preview?: Preview;
  /** Why the last commit has none. */
  unmade?: UnmadePreview;
  /** The deployment of a commit that was asked for last, since the preview was removed last. */
  last?: Deployment;
  /** The last of them that went live. */
  live?: Told;
  /** The last removal. */
  removal?: Deployment;
  /** Somebody keeps it offline since then (ISO). */
  offline?: string;
}

/** So far back it is looked. */
const RECENT = 30;

export async function standingOf(of: PreviewNamed): Promise<PreviewStanding> {
  const { pilot, environment } = of;
  const [found, missed, recent, { offline }] = await Promise.all([
    findPreview(pilot, environment),
    findUnmade(pilot, environment),
    listDeployments(pilot, environment, RECENT),
    readLock(pilot, environment),
  ]);
  const preview = isOf(found, of) ? found : undefined;
  const unmade = isOf(missed, of) ? missed : undefined;
  const removal = recent.find(({ trigger }) => isRemoval(trigger));
  const since = recent.slice(0, lastRemoved(recent)).filter(({ trigger }) => bringsManifest(trigger));
  const live = toldByRow(since.find(({ status }) => status === 'succeeded'));
  const [last] = since;
  return {
    ...(preview && { preview }),
    ...(unmade && { unmade }),
    ...(last && { last }),
    ...(live && { live }),
    ...(removal && { removal }),
    ...(offline && { offline: offline.at }),
  };
}

const isOf = (one: PreviewNamed | undefined, { connection, number }: PreviewNamed): boolean =>
  one?.connection === connection && one.number === number;

function lastRemoved(recent: readonly Deployment[]): number {
  const at = recent.findIndex(({ trigger, status }) => isRemoval(trigger) && status === 'succeeded');
  return at < 0 ? recent.length : at;
}
