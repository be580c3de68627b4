import { logGroupOf } from '../../preview/targets/beanstalk.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { colourNames } from './names.ts';

/** What both environments stream of the pilot's own process. */
export function logGroups(plan: Plan): string[] {
  const platform = detailOf(plan).platform.split('/').at(-2) ?? '';
  return colourNames(plan).map((name) => logGroupOf(name, platform));
}
