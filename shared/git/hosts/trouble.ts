import { type HostFault, HostTrouble } from '../host.ts';

/** A call’s trouble, and what its answer says about trying again. */
export class CallTrouble extends HostTrouble {
  readonly status: number | undefined;
  /** How long the provider asks to wait; undefined where it does not say. */
  readonly waitMs: number | undefined;
  constructor(fault: HostFault, message: string, status?: number, waitMs?: number) {
    super(fault, message);
    this.status = status;
    this.waitMs = waitMs;
  }
}

/** Whether it is trouble of one of these kinds. */
export const isTrouble = (error: unknown, ...faults: HostFault[]): error is HostTrouble =>
  error instanceof HostTrouble && faults.includes(error.fault);

/** Whether looking again may help: the provider was not there, or another was quicker. */
export const mayPass = (error: unknown): boolean =>
  isTrouble(error, 'unavailable') || (error instanceof CallTrouble && error.status === 409);

/** The trouble that an answer tells: `text` is the answer’s own, or what of it was read. */
export function troubleOf(asked: string, response: Response, text: string): CallTrouble {
  const fault = faultOf(response, text);
  const said = saidIn(text);
  return new CallTrouble(
    fault,
    `${asked}: ${response.status}${said ? ` ${said}` : ''}${adviceOn(fault)}`,
    response.status,
    waitOf(response.headers),
  );
}

/** The trouble of a call that got no answer, or a broken one; any other error stays what it is. */
export function brokenOff(asked: string, error: unknown, deadlineMs: number): unknown {
  const { name, cause } = (error ?? {}) as { name?: string; cause?: { code?: string } };
  if (name === 'TimeoutError') {
    return new CallTrouble('unavailable', `${asked}: no whole answer within ${deadlineMs / 1000} s`);
  }
  // So fetch tells all trouble of the network, before an answer and within one.
  if (name !== 'TypeError' || cause === undefined) return error;
  const why = cause.code ? ` (${cause.code})` : '';
  return new CallTrouble('unavailable', `${asked}: the connection broke off${why}`);
}

function faultOf({ status, headers }: Response, text: string): HostFault {
  if (status === 429) return 'limited';
  if (status === 403) return isRateLimit(headers, text) ? 'limited' : 'denied';
  if (status === 401) return 'denied';
  if (status === 404 || status === 410) return 'missing';
  // Bitbucket answers 555 where it took too long to work out a difference.
  if (status === 413 || status === 555) return 'too-large';
  return status === 408 || status >= 500 ? 'unavailable' : 'unexpected';
}

/** GitHub tells both of its limits with 403. */
const isRateLimit = (headers: Headers, text: string): boolean =>
  headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after') || /rate limit/i.test(text);

function waitOf(headers: Headers): number | undefined {
  const after = headers.get('retry-after');
  if (after !== null) return /^\d+$/.test(after) ? Number(after) * 1000 : until(Date.parse(after));
  if (headers.get('x-ratelimit-remaining') !== '0') return undefined;
  return until(Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1000);
}

const until = (moment: number): number | undefined =>
  Number.isNaN(moment) ? undefined : Math.max(0, moment - Date.now());

/** Providers put their words into `message`, `error` (a text, or an object with a message) or `errors[0].message`. */
function saidIn(text: string): string {
  try {
    const { message, error, errors } = JSON.parse(text);
    const said = message ?? error?.message ?? error ?? errors?.[0]?.message ?? '';
    const line = typeof said === 'string' ? said : JSON.stringify(said);
    return line.replace(/\s+/g, ' ').trim().slice(0, 200);
  } catch {
    return '';
  }
}

function adviceOn(fault: HostFault): string {
  if (fault === 'denied') return '. Give the connection a token that may do this';
  if (fault === 'missing') return '. Either it is not there, or the token may not see it';
  return '';
}
