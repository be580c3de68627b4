import type { Called } from '../../aws/function-call.ts';
import { passedOn } from '../../passed-on.ts';
import type { Look } from '../target.ts';

/**
 * Whether a call shows that the function works: it starts, finds its handler,
 * and answers with something else than an error of its own. Not having a page
 * there is no error.
 * @param seconds that it had.
 * @param isByBalancer a load balancer takes no answer without a status, which other fronts take as 200.
 */
export function verdict(called: Called, seconds: number, isByBalancer = false): Look {
  if (called === 'no answer') return broken(`it gave no answer within ${seconds} s`, '');
  if ('fault' in called) return broken(faultInWords(called.fault), called.log);
  const status = statusOf(called.answer);
  if (status === undefined && isByBalancer)
    return broken('its answer has no statusCode, which a load balancer asks for', called.log);
  return (status ?? 200) < 500 ? { state: 'ready' } : broken(`it answers a GET of / with ${status}`, called.log);
}

const broken = (reason: string, log: string): Look => {
  const lines = lastLines(log);
  return { state: 'broken', reason: lines ? `${reason}; its last lines: ${lines}` : reason };
};

/** What Lambda's runtimes call their own errors: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
const MEANINGS: [RegExp, string][] = [
  [/HandlerNotFound|is undefined or not exported|has no attribute/, 'the handler is not in the code'],
  [/ImportModuleError|UserCodeSyntaxError|Cannot find module|No module named/, 'the code does not start'],
  [/Timedout|timed out/i, 'it takes longer than lambda.timeout'],
  [/ExitError|signal: killed/, 'it ended before it answered'],
];

/** What went wrong, of a function that failed. */
export function faultInWords(fault: unknown): string {
  const { errorType, errorMessage } = Object(fault) as { errorType?: string; errorMessage?: string };
  const said = shortened([errorType, errorMessage].filter(Boolean).join(': ') || JSON.stringify(fault), LONGEST_SAID);
  const meaning = MEANINGS.find(([words]) => words.test(said))?.[1] ?? 'it fails';
  return `${meaning}: ${said}`;
}

/**
 * Undefined where it says none: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload,
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#respond-to-load-balancer
 */
function statusOf(answer: unknown): number | undefined {
  const { statusCode } = Object(answer) as { statusCode?: unknown };
  return statusCode === undefined ? undefined : Number(statusCode) || 502;
}

const LINES = 5;
const LONGEST_LINE = 200;
const LONGEST_SAID = 500;
/** What Lambda writes itself, and where in Node’s own code an error came by. */
const FRAME = /^(?:START|END|REPORT|INIT_START|XRAY) |^\s*$|^\s+at .*\bnode:/;

/** What the function wrote itself. */
export const linesOf = (log: string): string[] => log.split('\n').filter((line) => !FRAME.test(line));

function lastLines(log: string): string {
  return linesOf(log)
    .slice(-LINES)
    .map((line) => shortened(line.trim(), LONGEST_LINE))
    .join(' | ');
}

/** As it may be passed on. */
function shortened(text: string, longest: number): string {
  const told = passedOn(text.slice(0, 10 * longest));
  return told.length > longest ? `${told.slice(0, longest - 1)}…` : told;
}
