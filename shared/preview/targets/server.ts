import type { Manifest } from '../../manifest/schema.ts';
import type { Door } from './target.ts';

/**
 * A server’s door: a load balancer, behind CloudFront unless the domain does
 * without. CloudFront’s VPC origins reach it inside the network; anything else needs it in public
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html).
 */
export function doorOfServer({ domain, edge }: Pick<Manifest, 'domain' | 'edge'>, endpoints: readonly string[]): Door {
  const cdn = domain?.cdn === false ? 'none' : 'own';
  const isInside = cdn === 'own' && edge?.mode === 'vpc-origin';
  return { cdn, balancer: isInside ? 'internal' : 'public', network: 'private', endpoints };
}

/** Of a target group: requests that still run when their target goes have so long to end. Groups are not sticky. */
export const DRAIN_SECONDS = 30;

/** The two slots, each with a target group. */
export const COLOURS = ['blue', 'green'] as const;
