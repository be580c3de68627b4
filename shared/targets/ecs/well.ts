import type { TargetState } from '../../aws/load-balancers.ts';
import { type Wellness, wellnessOf } from '../balanced/well.ts';
import type { Colouring } from './services.ts';

const WORDS = { none: 'its service has no tasks', running: 'tasks run', older: 'of the release before' };

export const wellness = (seen: Colouring, targets: TargetState[] | undefined): Wellness =>
  wellnessOf(seen, targets, WORDS);

/** A roll-out that may be failing: worth asking why. */
export const isSuspicious = ({ rollout, events }: Colouring): boolean =>
  rollout.failed > 0 || rollout.state === 'FAILED' || events.some((text) => /unable|failed/i.test(text));
