import type { ApiAnswer } from '../api.ts';
import { type Latest, readLog } from '../aws/logs.ts';
import { listPilots } from '../ledger/deployments.ts';
import { listReleases } from '../ledger/releases.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import { targetNamed } from '../targets/index.ts';
import { refusal, stranger } from './refusal.ts';
import type { Asked } from './request.ts';

/** Bytes of lines that an answer may have: Lambda takes 6 MB, and JSON writes some characters longer. */
const BYTES = 2_000_000;

/** What a pilot has logged: the latest lines, oldest first. */
export async function logs({
  pilot,
  environment = DEFAULT_ENVIRONMENT,
  since,
  most,
}: Asked<'logs'>): Promise<ApiAnswer<'logs'>> {
  const all = await listPilots();
  if (!all.some((one) => one.pilot === pilot && one.environment === environment))
    return stranger(all, pilot, environment);
  const found = await readAll(await groupsOf(pilot, environment), Date.parse(since), most);
  if (!found)
    return refusal(
      'LOGS_NONE',
      `${pilot} has no logs in ${environment}`,
      'a pilot that runs somewhere, such as one of target ecs or lambda; files of a static site log nothing',
    );
  let bytes = 0;
  const lines = found.lines
    .toReversed()
    .filter(({ text }) => {
      bytes += Buffer.byteLength(text);
      return bytes <= BYTES;
    })
    .reverse();
  return { ok: true, answer: { lines, earlier: found.earlier || lines.length < found.lines.length } };
}

/** Those that the release writes to that was prepared last. */
async function groupsOf(pilot: string, environment: string): Promise<string[]> {
  const releases = await listReleases(pilot, environment);
  const [newest] = releases.sort((one, other) => other.preparedAt.localeCompare(one.preparedAt));
  const { logGroups } = newest ? await targetNamed(newest.plan.target) : {};
  return (newest && logGroups?.(newest.plan)) ?? [derivedName('log-group', { pilot, environment })];
}

/** The latest lines of all of them, oldest first, each with an id that no other one has; undefined where none of them is there. */
async function readAll(groups: string[], from: number, most: number): Promise<Latest | undefined> {
  const found = await Promise.all(groups.map((group) => readLog(group, from, most)));
  if (found.every((one) => one === undefined)) return undefined;
  const lines = found
    .flatMap((one, index) => (one?.lines ?? []).map((line) => ({ ...line, id: `${index}/${line.id}` })))
    .sort((one, other) => one.at.localeCompare(other.at));
  return { lines: lines.slice(-most), earlier: lines.length > most || found.some((one) => one?.earlier) };
}
