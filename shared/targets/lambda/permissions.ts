import type { Permission } from '../../aws/function-front.ts';
import type { Detail, Through } from './detail.ts';

/** Begins the ids of all permissions that Pilotage gives. */
const OURS = 'pilotage-';

/** Lets the rule in that hears of uploads. */
export const UPLOADS = `${OURS}uploads`;

const URL_IDS = [`${OURS}url-everybody`, `${OURS}call-everybody`] as const;

export const isOfUrl = (id: string): boolean => URL_IDS.some((one) => one === id);

interface Front {
  /** Who calls. */
  principal: string;
  /** Begins the ids of its permissions. */
  id: string;
  /** The output of the stack that tells for which of its resources. */
  output: 'Api' | 'FunctionTargets';
}

/**
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html,
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export const FRONTS: Readonly<Record<Through, Front>> = {
  'http-api': { principal: 'apigateway.amazonaws.com', id: `${OURS}api-`, output: 'Api' },
  'load-balancer': {
    principal: 'elasticloadbalancing.amazonaws.com',
    id: `${OURS}balancer-`,
    output: 'FunctionTargets',
  },
};

/** Ends with what AWS made up: another API, or another target group of the same name, needs another permission. */
const idFor = (through: Through, arn: string): string =>
  FRONTS[through].id + (/[:/](\w+)(?:\/\*)?$/.exec(arn)?.[1] ?? '');

/** Where calls come from. */
export interface Sources {
  /** ARN of what calls it for visitors. */
  front?: string;
  /** ARN of the rule that hears of uploads. */
  rule?: string;
}

/**
 * Who may call the alias. A URL needs two permissions, one for the way and one for the call:
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export function permissionsFor(
  { url, through }: Pick<Detail, 'url' | 'through'>,
  { front, rule }: Sources,
): Permission[] {
  const action = 'lambda:InvokeFunction';
  return [
    ...(url ? BY_URL : []),
    ...(through && front
      ? [{ id: idFor(through, front), action, principal: FRONTS[through].principal, sourceArn: front } as const]
      : []),
    ...(rule ? [{ id: UPLOADS, action, principal: 'events.amazonaws.com', sourceArn: rule } as const] : []),
  ];
}

const BY_URL: Permission[] = [
  { id: URL_IDS[0], principal: '*', action: 'lambda:InvokeFunctionUrl', byUrl: 'everybody' },
  { id: URL_IDS[1], principal: '*', action: 'lambda:InvokeFunction', byUrl: 'any' },
];

export const absentFrom = (has: string[], wants: Permission[]): Permission[] =>
  wants.filter(({ id }) => !has.includes(id));

/**
 * Those of Pilotage's that nobody has a use for any more. What the stack has goes on calling, also when somebody
 * goes back to a release that had no such front: a stack is not taken back with it.
 * @param has ids of all that there are.
 * @param stack what it tells.
 */
export function superfluous(
  has: string[],
  { url, events }: Pick<Detail, 'url' | 'events'>,
  stack: Record<string, string>,
): string[] {
  const kept: string[] = [
    ...(url ? URL_IDS : []),
    ...Object.entries(FRONTS).flatMap(([through, { output }]) =>
      stack[output] ? [idFor(through as Through, stack[output])] : [],
    ),
    ...(events === undefined ? [] : [UPLOADS]),
  ];
  return has.filter((id) => id.startsWith(OURS) && !kept.includes(id));
}
