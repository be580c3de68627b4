import { setTimeout as after } from 'node:timers/promises';
import type { Environment } from '../../local/environment.ts';
import type { RecordingProxy } from '../../local/proxy/proxy.ts';
import type { Row } from '../../local/proxy/tally.ts';
import type { OwnStack } from '../swaps/own-stack.ts';
import { type Course, courseOf } from './history.ts';
import type { S3Request } from './s3-requests.ts';

/** What one deployment took. */
export interface Measured extends Course {
  what: string;
  alreadyLive: boolean;
  calls: Row[];
  /** Requests of anybody for the artifact or anything in the site bucket, and those of them that write. */
  siteRequests: number;
  siteWrites: number;
  pointerWrites: number;
}

/** Nothing more is called once it was quiet for so long, in milliseconds. */
const QUIET_MS = 1_500;
const ARTIFACT = /\/site\.zip$/;
const WRITING = /^(Put|Copy|Delete|UploadPart|CreateMultipart|CompleteMultipart)/;
const MOVING = new Set(['UpdateKeys', 'PutKey', 'DeleteKey']);

/** Whether it is called as often as time passes, not as often as something is deployed. */
export const isLooking = ({ caller, service }: Row): boolean =>
  caller === 'api-api' || caller === 'parking-watchdog' || (caller === 'pilot' && service === 'lambda');

/** Deploys as the arguments say, and waits until nothing more is called because of it. */
export async function measureCalls(
  { environment, proxy, pilot }: Pick<OwnStack, 'environment' | 'proxy' | 'pilot'>,
  heard: S3Request[],
  what: string,
  args: string[],
): Promise<Measured> {
  proxy.clear();
  heard.length = 0;
  const { id, alreadyLive = false } = await pilot(...args);
  const calls = await quietRows(proxy);
  const site = heard.filter((request) => isOfSite(request, environment));
  return {
    what,
    alreadyLive,
    calls,
    siteRequests: site.length,
    siteWrites: site.filter(({ action }) => WRITING.test(action)).length,
    pointerWrites: count(calls.filter(({ action }) => MOVING.has(action))),
    ...(await courseOf(environment, id)),
  };
}

export const count = (rows: readonly Row[]): number => rows.reduce((sum, { calls }) => sum + calls, 0);

const isOfSite = ({ path }: S3Request, { outputs }: Environment): boolean =>
  path.split('/')[1] === outputs.SiteBucket || ARTIFACT.test(path);

async function quietRows(proxy: RecordingProxy): Promise<Row[]> {
  // The CLI asks once whether a stack is there at all: that is no call of AWS.
  const rows = () => proxy.rows().filter(({ service }) => service !== '-');
  for (let before = -1; ; ) {
    const now = count(rows().filter((row) => !isLooking(row)));
    if (now === before) return rows();
    before = now;
    await after(QUIET_MS);
  }
}
