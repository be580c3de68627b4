import { type Called, callVersion } from '../../aws/function-call.ts';
import { type Failed, failed, type Parked, parked } from '../../outcome.ts';
import { logLink } from '../log-link.ts';
import type { Lease, Plan, Started, Task, TaskLook, TaskRunner } from '../target.ts';
import { faultInWords, linesOf } from './answer.ts';
import { detailOf } from './detail.ts';
import { publishRelease } from './publish.ts';
import { troubleOf } from './trouble.ts';

const SECONDS = 1_000;
/** Whoever waits for the answer has a quarter of an hour itself; shared/manifest/migration-misfits.ts asks for less. */
const LONGEST_MS = 870 * SECONDS;
const LATE_MS = 5 * SECONDS;
const SOON_MS = 15 * SECONDS;

/**
 * A call of the release's own version, with the command in place of a request. Lambda knows no token for a call: it is
 * made once, and where its answer is lost, nobody can tell.
 */
export const task: TaskRunner = {
  start,
  look: async () => ({ state: 'lost', reason: 'what the function answered was lost' }),
  // A call cannot be ended; the function’s own timeout does it.
  stop: async () => undefined,
};

async function start(plan: Plan, asked: Task, lease: Lease): Promise<Started | Parked | Failed> {
  const ready = await ensurePublished(plan, lease);
  if ('outcome' in ready) return ready;
  if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');
  const { isFirst, since } = await asked.claim();
  if (!isFirst)
    return parked('the answer of a call', new Date(since.getTime() + 2 * LONGEST_MS), new Date(Date.now() + SOON_MS));

  const { function: name, timeout } = detailOf(plan);
  const [, partition = '', , region = ''] = ready.state.arn.split(':');
  const more = logLink({ partition, region }, plan.stack?.Logs ?? '');
  const patience = Math.min(timeout * SECONDS + LATE_MS, LONGEST_MS);
  const event = { pilotage: { command: asked.command } };
  const look = await callVersion(name, ready.version.version, event, patience).then(
    (called) => endOf(called, more),
    (error: unknown) => faultOf(error),
  );
  return { outcome: 'started', handle: ready.version.version, look };
}

async function ensurePublished(plan: Plan, lease: Lease) {
  try {
    return await publishRelease(plan, lease);
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    return trouble;
  }
}

/** What the function says of the command: `{"exitCode": 0}`, or an error. One that says neither does not know what it was asked. */
export function endOf(called: Called, more: string): TaskLook {
  if (called === 'no answer') return { state: 'lost', reason: 'the function gave no answer' };
  const log = linesOf(called.log);
  if ('fault' in called) return { state: 'ended', exitCode: 1, log: [...log, faultInWords(called.fault)], more };
  const { exitCode } = Object(called.answer) as { exitCode?: unknown };
  if (typeof exitCode === 'number') return { state: 'ended', exitCode, log, more };
  return { state: 'ended', exitCode: 1, log: [...log, NOT_UNDERSTOOD], more };
}

const NOT_UNDERSTOOD =
  'it answered without an exitCode: a function that migrates answers {"exitCode": 0} to {"pilotage": {"command": […]}}';

/** Before the code runs: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
const BEFORE = /^(?:EC2|ENI|Invalid|KMS|ResourceNotReady|SnapStart|SubnetIPAddress)/;

export function faultOf(error: unknown): TaskLook {
  const {
    name = '',
    message = '',
    $metadata,
  } = Object(error) as {
    name?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? 0;
  const refused = (status >= 400 && status < 500) || (status > 0 && BEFORE.test(name));
  return refused
    ? { state: 'never-ran', code: 'FUNCTION_NOT_CALLED', reason: `Lambda did not call the function: ${message}` }
    : { state: 'lost', reason: `the answer of the function was lost: ${message || name}` };
}
