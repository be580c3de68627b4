import type { ApiAnswer } from '../api.ts';
import { readLog } from '../aws/logs.ts';
import { listPilots } from '../ledger/deployments.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
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
  const lines = await readLog(derivedName('log-group', { pilot, environment }), Date.parse(since), most);
  if (!lines)
    return refusal(
      'LOGS_NONE',
      `${pilot} has no logs in ${environment}`,
      'a pilot that runs somewhere, such as one of target ecs or lambda; files of a static site log nothing',
    );
  let bytes = 0;
  const fitting = lines.toReversed().filter(({ text }) => {
    bytes += Buffer.byteLength(text);
    return bytes <= BYTES;
  });
  return { ok: true, answer: { lines: fitting.reverse() } };
}
