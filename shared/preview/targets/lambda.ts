import type { ResolvedFor } from '../../manifest/complete.ts';
import { counted } from '../../notify/quantities.ts';
import type { Capacity } from '../capacity.ts';
import { bucketIn, type Component, nameIn, type Resource, type Site } from '../model.ts';
import { leftLogs, logDaysOf } from '../parts/care.ts';
import { givenSettings, linksOf, sentence } from '../parts/links.ts';
import { ALIAS, throttleOf } from './lambda-api.ts';
import { besideUses, CALL_SECONDS, callUses } from './lambda-uses.ts';
import { doorOfServer } from './server.ts';
import type { Door, TargetPlan } from './target.ts';

type LambdaSite = Site<ResolvedFor<'lambda'>>;

/** A function behind an alias, whose weights move. */
export function lambdaPlan(site: LambdaSite): TargetPlan {
  const { manifest } = site;
  const door = doorOf(manifest);
  return {
    capacity: capacityOfCalls(site),
    door,
    components: [
      {
        name: 'function',
        function: manifest.lambda.front === 'none' ? 'Works when events call it' : 'Answers requests',
        fits: fitsOf(manifest, door),
        resources: [functionIn(site), failedCallsIn(site), ...frontIn(site), ...uploadsIn(site)],
        uses: callUses(site, door),
      },
      ...Object.entries(manifest.components ?? {}).map(([name, part]) => besideIn(site, name, part)),
    ],
    rollout: {
      prepare: 'Publish a new version of the function and call it once',
      migrate: 'in a call of the new version',
      pointer: 'the alias’s weights',
      retire: 'Versions that are no longer kept are deleted',
      back: 'the versions before, which the alias brings back within seconds',
    },
  };
}

/** What a function itself reaches; Lambda writes its logs, and not by way of its network. */
const ENDPOINTS = ['secretsmanager', 'ssm'];

/** Whether the function runs in a network: of its own accord, or to reach its database. */
export const isInNetwork = ({ network, database }: Pick<LambdaSite['manifest'], 'network' | 'database'>): boolean =>
  network !== undefined || (database !== undefined && !database.url);

function doorOf(manifest: LambdaSite['manifest']): Door {
  const { domain, lambda } = manifest;
  const isInside = isInNetwork(manifest);
  // Lambda itself calls the function for the load balancer: neither needs a way out for that.
  if (lambda.front === 'load-balancer')
    return { ...doorOfServer(manifest, ENDPOINTS), network: isInside ? 'private' : 'public', groups: ['function'] };
  return {
    cdn: domain?.cdn ? 'own' : 'none',
    balancer: 'none',
    network: isInside ? 'private' : 'none',
    endpoints: ENDPOINTS,
  };
}

const FRONTS = {
  url: 'a function URL',
  'http-api': 'an HTTP API',
  'load-balancer': 'the load balancer',
  none: '',
} as const;

function fitsOf(manifest: LambdaSite['manifest'], door: Door): string {
  const { front, events } = manifest.lambda;
  return sentence([
    front !== 'none' && `requests come from ${FRONTS[front]}${door.cdn === 'own' ? ', behind the CDN' : ''}`,
    events && `called for each object below ${events} of its bucket`,
    linksOf(manifest),
  ]);
}

function capacityOfCalls({ load, manifest: { lambda } }: LambdaSite): Capacity {
  const atOnce = Math.max(1, Math.ceil(load.peak * CALL_SECONDS));
  const max = Math.max(lambda.concurrency ?? atOnce, lambda.provisioned);
  return {
    unit: 'call',
    size: `${lambda.memory} MiB, ${lambda.timeout} s at most`,
    min: lambda.provisioned,
    max,
    spot: { min: 0, beyond: 0 },
    derived: [
      `a peak of ${load.peak} requests a second × ${CALL_SECONDS} s a call = ${atOnce} at once`,
      lambda.concurrency === undefined
        ? 'AWS starts as many as are called, within the account’s limit'
        : `at most ${lambda.concurrency}: lambda.concurrency${lambda.concurrency < atOnce ? ', fewer than the peak needs' : ''}`,
      lambda.provisioned > 0 ? `${lambda.provisioned} kept warm: lambda.provisioned` : 'none kept warm',
    ],
  };
}

function functionIn(site: LambdaSite): Resource {
  const { lambda, source } = site.manifest;
  return {
    type: 'AWS::Lambda::Function',
    name: nameIn(site, 'function'),
    settings: {
      ...(source.image ? { image: source.image } : { runtime: lambda.runtime, handler: lambda.handler }),
      memory: `${lambda.memory} MiB`,
      timeout: `${lambda.timeout} s`,
      processor: lambda.architecture,
      warm: String(lambda.provisioned),
      ...(lambda.concurrency !== undefined && { 'calls at once': `at most ${lambda.concurrency}` }),
      alias: `${ALIAS}: the pointer`,
      ...(isInNetwork(site.manifest) && { network: 'private subnets' }),
      ...givenSettings(site.manifest),
    },
  };
}

const failedCallsIn = (site: LambdaSite): Resource => ({
  type: 'AWS::SQS::Queue',
  name: nameIn(site, 'queue', 'failed-calls'),
  settings: { holds: 'events whose calls failed', kept: '14 days' },
});

function frontIn(site: LambdaSite): Resource[] {
  const { front } = site.manifest.lambda;
  if (front === 'url')
    return [
      {
        type: 'AWS::Lambda::Url',
        name: nameIn(site, 'function'),
        settings: { 'who may call': 'everybody' },
      },
    ];
  if (front === 'http-api')
    return [
      {
        type: 'AWS::ApiGatewayV2::Api',
        name: nameIn(site, 'function'),
        settings: { protocol: 'HTTP', 'lets through': `${counted(throttleOf(site.load).rate, 'request')} a second` },
      },
      {
        type: 'AWS::Logs::LogGroup',
        name: nameIn(site, 'access-log-group'),
        settings: { holds: 'a line for each request', kept: counted(logDaysOf(site.manifest), 'day') },
        ...leftLogs(site),
      },
    ];
  return [];
}

function uploadsIn(site: LambdaSite): Resource[] {
  const { events } = site.manifest.lambda;
  if (!events) return [];
  const settings = { calls: `the function, for objects below ${events}` };
  return [
    { type: 'AWS::S3::Bucket', name: bucketIn(site, 'uploads'), settings, holds: 'the objects in it', left: true },
  ];
}

function besideIn(
  site: LambdaSite,
  name: string,
  part: NonNullable<LambdaSite['manifest']['components']>[string],
): Component {
  const { lambda } = site.manifest;
  const memory = part.memory ?? lambda.memory;
  return {
    name,
    function: part.about,
    fits: part.schedule ? `called by ${part.schedule}` : 'called by the other functions',
    resources: [
      {
        type: 'AWS::Lambda::Function',
        name: nameIn(site, 'function', 'part', name),
        settings: {
          handler: part.handler ?? '',
          memory: `${memory} MiB`,
          ...(part.schedule && { when: part.schedule }),
        },
      },
    ],
    uses: besideUses(site, memory),
  };
}
