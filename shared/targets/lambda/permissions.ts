import type { Permission } from '../../aws/function-front.ts';
import type { Detail } from './detail.ts';

/** Begins the ids of all permissions that Pilotage gives. */
const OURS = 'pilotage-';

/** Lets the rule in that hears of uploads. */
export const UPLOADS = `${OURS}uploads`;

const urlIds = (who: NonNullable<Detail['url']>) => [`${OURS}url-${who}`, `${OURS}call-${who}`] as const;

export const isOfUrl = (id: string): boolean => [...urlIds('everybody'), ...urlIds('cdn')].some((one) => one === id);

/** Where calls come from. */
export interface Sources {
  /** ARN of the distribution, where the CDN stands in front. */
  distribution?: string;
  /** ARN of the rule that hears of uploads. */
  rule?: string;
}

/**
 * Who may call the alias. A URL needs two permissions, one for the way and one for the call:
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html, …/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html
 */
export function permissionsFor({ url }: Pick<Detail, 'url'>, { distribution, rule }: Sources): Permission[] {
  return [
    ...(url === 'everybody' ? byUrl('everybody', { principal: '*' }) : []),
    ...(url === 'cdn' && distribution
      ? byUrl('cdn', { principal: 'cloudfront.amazonaws.com', sourceArn: distribution })
      : []),
    ...(rule
      ? [
          {
            id: UPLOADS,
            action: 'lambda:InvokeFunction',
            principal: 'events.amazonaws.com',
            sourceArn: rule,
          } as const,
        ]
      : []),
  ];
}

function byUrl(who: NonNullable<Detail['url']>, caller: Pick<Permission, 'principal' | 'sourceArn'>): Permission[] {
  const callers = who === 'everybody' ? 'everybody' : 'signed';
  const [way, call] = urlIds(who);
  return [
    { ...caller, id: way, action: 'lambda:InvokeFunctionUrl', byUrl: callers },
    { ...caller, id: call, action: 'lambda:InvokeFunction', byUrl: 'any' },
  ];
}

export const absentFrom = (has: string[], wants: Permission[]): Permission[] =>
  wants.filter(({ id }) => !has.includes(id));

/** Those of Pilotage's that this release has no use for. @param has ids of all that there are. */
export function superfluous(has: string[], { url, events }: Pick<Detail, 'url' | 'events'>): string[] {
  const kept: string[] = [...(url ? urlIds(url) : []), ...(events === undefined ? [] : [UPLOADS])];
  return has.filter((id) => id.startsWith(OURS) && !kept.includes(id));
}
