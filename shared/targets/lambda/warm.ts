import { keepWarm, readWarm } from '../../aws/function-concurrency.ts';
import { type Failed, failed, type Parked, parked } from '../../outcome.ts';
import type { Live } from '../target.ts';
import type { Detail } from './detail.ts';

/** Lambda starts hundreds of environments a minute. */
const PATIENCE_MS = 15 * 60_000;
const SOON_MS = 10_000;

/**
 * Keeps as many environments of the new version warm as the release asks for,
 * and no fewer than the live version has, which may have been given more.
 * @returns undefined when they are there, or none is asked for.
 */
export async function warmUp(
  { function: name, warm }: Detail,
  version: string,
  live: Live,
): Promise<Parked | Failed | undefined> {
  if (warm === 0) return undefined;
  const has = await readWarm(name, version);
  if (has?.state === 'ready') return undefined;
  if (has?.state === 'failed') return failed('WARM_FAILED', has.reason ?? `Lambda could not keep ${warm} warm`);
  const count = has?.wanted ?? Math.max(warm, await warmNow(name, live));
  if (!has) await keepWarm(name, version, count);
  const awaits = `${count} warm environments, of which ${has?.available ?? 0} are there,`;
  return parked(awaits, new Date(Date.now() + PATIENCE_MS), new Date(Date.now() + SOON_MS));
}

async function warmNow(name: string, { pointer }: Live): Promise<number> {
  return pointer === undefined ? 0 : ((await readWarm(name, pointer))?.wanted ?? 0);
}
