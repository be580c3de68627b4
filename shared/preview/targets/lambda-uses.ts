import type { PriceId } from '../../cost/catalogue.ts';
import { HOURS, type Use } from '../../cost/cost.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import type { Site } from '../model.ts';
import { monthly, perMillion } from '../uses.ts';
import type { Door } from './target.ts';

type LambdaSite = Site<ResolvedFor<'lambda'>>;

/** Seconds that a call takes: a guess, to be replaced by what is measured. */
export const CALL_SECONDS = 0.2;
/** Calls a month of a scheduled or event-driven function: a guess. */
const CALLS_BESIDE = 10_000;

const timeOf = ({ architecture }: LambdaSite['manifest']['lambda']): PriceId =>
  architecture === 'x86' ? 'lambda.x86.gb-second' : 'lambda.gb-second';

/** What requests cost, and what is there for them all month. */
export function callUses({ manifest: { lambda }, load }: LambdaSite, door: Door): Use[] {
  const isPublic = lambda.front !== 'none' && door.cdn === 'none' && door.balancer === 'none';
  const gb = lambda.memory / 1024;
  return [
    perMillion('lambda.requests.million', 1, 'calls'),
    perMillion(timeOf(lambda), 1e6 * CALL_SECONDS * gb, `time of the calls, taken as ${CALL_SECONDS} s each`),
    ...(lambda.front === 'http-api' ? [perMillion('apigw.http.million', 1, 'HTTP API')] : []),
    ...(isPublic
      ? [perMillion('transfer.out.gb', load.kilobytes, `traffic to visitors, ${load.kilobytes} KB an answer`)]
      : []),
    ...(lambda.provisioned > 0
      ? [monthly('lambda.provisioned.gb-second', lambda.provisioned * gb * HOURS * 3600, 'kept warm, all month')]
      : []),
    ...(lambda.events
      ? [
          monthly('s3.gb-month', 1, 'objects, taken as 1 GB'),
          monthly('s3.put.1000', CALLS_BESIDE / 1000, `uploads, taken as ${CALLS_BESIDE} a month`),
        ]
      : []),
  ];
}

/** What a function costs that other things than requests call. */
export function besideUses({ manifest: { lambda } }: LambdaSite, memory: number): Use[] {
  const about = `taken as ${CALLS_BESIDE} calls of ${CALL_SECONDS} s a month`;
  return [monthly(timeOf(lambda), CALLS_BESIDE * CALL_SECONDS * (memory / 1024), about)];
}
