import type { Service } from '../../shared/edge/ranges.ts';
import { prefixList, rules } from './contenders.ts';
import { generated } from './published.ts';
import type { Measured, Scene } from './scene.ts';

/** What one size took, and of what there was how many. */
export interface Sized extends Measured {
  size: number;
}

const ORIGIN: Service = 'CLOUDFRONT_ORIGIN_FACING';
/** A load balancer has no more: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html */
const GROUPS = 5;

/** Ever more ranges in the groups of one load balancer, and in one prefix list that grows; then a tenth of them changes. */
export async function moreRanges({ account, measure }: Scene, sizes: readonly number[]): Promise<Sized[]> {
  const sized: Sized[] = [];
  const list = prefixList('prefix-list', ORIGIN);
  for (const size of sizes) {
    const ours = rules('rules, 1 balancer', ORIGIN, [await account.groups(GROUPS)]);
    const token = 1_800_000_000 + size;
    for (const contender of [ours, list]) {
      sized.push({ ...(await measure(contender, 'filled', generated(size, 0, token))), size });
      sized.push({ ...(await measure(contender, 'a tenth changed', generated(size, size / 10, token + 1))), size });
    }
  }
  return sized;
}

/** Ever more load balancers, each of a pilot of its own. Of ranges there are few: what stands for AWS is slower than AWS. */
export async function moreGroups({ account, measure }: Scene, sizes: readonly number[]): Promise<Sized[]> {
  const sized: Sized[] = [];
  for (const size of sizes) {
    const many = rules(
      'rules',
      ORIGIN,
      (await account.groups(size)).map((group) => [group]),
    );
    const [list, next] = [generated(10), generated(10, 1, 1_800_000_001)];
    sized.push({ ...(await measure(many, 'first', list)), size });
    sized.push({ ...(await measure(many, 'no change', list)), size });
    sized.push({ ...(await measure(many, '1 range changed', next)), size });
  }
  return sized;
}
