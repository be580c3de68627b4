import { fits, isService } from '../edge/services.ts';
import { abilitiesOf } from './abilities.ts';
import { type Misfit, misfit, type Reader } from './misfit.ts';
import type { TargetName } from './sections/index.ts';

const NAME = /^[a-z0-9.-]+$/;
const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);

/** What of the pilot's address does not fit together. What is wrong by itself is passed over, and never repeated. */
export function domainMisfits(of: Reader): Misfit[] {
  const [name, zone, certificate] = ['name', 'zone', 'certificate'].map((key) => of.get('domain', key));
  const aliases = of.get('domain', 'aliases');
  const names = [
    { path: ['domain', 'name'], name },
    ...(Array.isArray(aliases) ? aliases : []).map((alias, index) => ({
      path: ['domain', 'aliases', index],
      name: alias as unknown,
    })),
  ].filter((one): one is { path: (string | number)[]; name: string } => isName(one.name));
  return [
    ...names.flatMap(({ path, name: one }, index) =>
      names.findIndex((other) => other.name === one) < index
        ? [misfit(path, `${one} is an address of the pilot already`, 'each name once')]
        : [],
    ),
    // The id of a zone says nothing of its name.
    ...(isName(zone) && zone.includes('.') ? names.filter((one) => !liesIn(one.name, zone)) : []).map(({ name: one }) =>
      misfit(['domain', 'zone'], `${one} does not lie in the zone ${zone}`, 'a zone that every address ends with'),
    ),
    ...(typeof certificate === 'string' &&
    /^arn:aws[\w-]*:acm:(?!us-east-1:)[a-z0-9-]+:/.test(certificate) &&
    of.get('domain', 'cdn') !== false
      ? [misfit(['domain', 'certificate'], 'CloudFront takes certificates of us-east-1 alone', 'one of us-east-1')]
      : []),
    ...(of.get('lambda', 'front') === 'none' && of.has('domain')
      ? [misfit(['domain'], 'lambda.front is none: nobody can reach the function', 'another front, or no domain')]
      : []),
    ...(of.get('lambda', 'front') === 'url' && of.has('domain')
      ? [
          misfit(
            ['lambda', 'front'],
            'a function URL is there only after the function: a domain cannot lead to it',
            'http-api or load-balancer, or no domain',
          ),
        ]
      : []),
  ];
}

const liesIn = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
export function healthMisfits(of: Reader): Misfit[] {
  const interval = of.seconds('health', 'interval') ?? 15;
  const timeout = of.seconds('health', 'timeout') ?? 0;
  const status = of.get('health', 'status');
  const turned =
    typeof status === 'string' &&
    [...status.matchAll(/(\d{3})-(\d{3})/g)].some(([, from, to]) => Number(from) > Number(to));
  return [
    ...(timeout >= interval
      ? [misfit(['health', 'timeout'], 'health.timeout is not shorter than health.interval', `less than ${interval}s`)]
      : []),
    ...(turned
      ? [misfit(['health', 'status'], 'health.status has a range that ends before it begins', '200-299')]
      : []),
  ];
}

/** API Gateway waits no longer: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const GATEWAY_SECONDS = 30;

export function gatewayMisfit(of: Reader): Misfit | undefined {
  const timeout = of.seconds('lambda', 'timeout') ?? 0;
  return of.get('lambda', 'front') === 'http-api' && timeout > GATEWAY_SECONDS
    ? misfit(
        ['lambda', 'timeout'],
        'an HTTP API does not wait so long for the function',
        `at most ${GATEWAY_SECONDS}s, or another front`,
      )
    : undefined;
}

/** Of all fronts of a function only a load balancer has to let CloudFront in. */
export function edgeMisfit(of: Reader, target: TargetName | undefined): Misfit | undefined {
  if (abilitiesOf(target).choosesFront && of.has('edge') && of.get('lambda', 'front') !== 'load-balancer')
    return misfit(['edge'], 'there is no load balancer to let CloudFront in', 'lambda.front: load-balancer as well');
  const [mode, service] = [of.get('edge', 'mode'), of.get('edge', 'service')];
  // Where no mode is written, the operator may have said which one is usual.
  return typeof mode === 'string' && typeof service === 'string' && isService(service) && !fits(service, mode)
    ? serviceMisfit(service, mode)
    : undefined;
}

/** Another service than CloudFront's, where AWS's own list counts. */
export const serviceMisfit = (service: string, mode: string): Misfit =>
  misfit(
    ['edge', 'service'],
    `with edge.mode: ${mode} AWS’s own list counts, which has CloudFront’s addresses and none of ${service}`,
    'edge.mode: prefix-list or rules, or a service of CloudFront’s',
  );

/** A role of another account than the one that is named. */
export function roleMisfit(of: Reader): Misfit | undefined {
  const [account, role] = [of.get('account'), of.get('role')];
  const [, owner] = /^arn:aws[\w-]*:iam::(\d{12}):/.exec(String(role)) ?? [];
  return owner && /^\d{12}$/.test(String(account)) && owner !== String(account)
    ? misfit(
        ['role'],
        `the role is of account ${owner}, and the pilot runs in ${account}`,
        'a role of the same account',
      )
    : undefined;
}
