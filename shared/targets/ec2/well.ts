import type { TargetState } from '../../aws/load-balancers.ts';
import { type Wellness, wellnessOf } from '../balanced/well.ts';
import type { Colouring } from './groups.ts';

const WORDS = { none: 'its group has no instances', running: 'instances in service', older: 'of another version' };

export const wellness = (seen: Colouring, targets: TargetState[] | undefined): Wellness =>
  wellnessOf(seen, targets, WORDS);
