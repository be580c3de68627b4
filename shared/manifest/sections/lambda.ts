import * as z from 'zod/mini';
import { duration } from '../duration.ts';
import { choice, key, optional, section, text, whole } from '../kinds.ts';

const HANDLER = 'a handler such as index.handler';
const ARN = 'the ARN of a code signing configuration';

/** A function behind an alias: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
export const lambdaSection = section({
  runtime: key(
    'The language and its version; not used with an image.',
    z._default(
      text(
        'a runtime such as nodejs24.x or python3.14',
        /^(?:nodejs|python|java|dotnet|ruby|provided\.al)[0-9.x]{1,10}$/,
      ),
      'nodejs24.x',
    ),
  ),
  handler: key(
    'The function in the artifact; not used with an image.',
    z._default(text(HANDLER, /^[\w./:-]{1,128}$/), 'index.handler'),
  ),
  memory: key('MiB; the share of a processor grows with it.', z._default(whole(128, 10_240), 512)),
  timeout: key('A call that takes longer has failed; at most 15m.', z.prefault(duration(900, 1), '30s')),
  architecture: key('The processor that it runs on.', z._default(choice('arm64', 'x86'), 'arm64')),
  front: key(
    'How calls come in: a function URL, an HTTP API, a load balancer, or events alone; http-api where there is a domain.',
    z._default(choice('url', 'http-api', 'load-balancer', 'none'), 'url'),
  ),
  provisioned: key('Environments that are kept warm.', z._default(whole(0, 1000), 0)),
  concurrency: optional('Calls at the same time, at most.', whole(1, 10_000)),
  events: optional(
    'Calls the function when an object is put below this prefix of the pilot’s bucket, such as uploads/.',
    text('a prefix such as uploads/', /^[\w!.*'()/-]{1,200}\/$/),
  ),
  signing: optional(
    'Only code signed under this configuration is taken.',
    text(ARN, /^arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:code-signing-config:csc-[0-9a-f]{17}$/),
  ),
});
