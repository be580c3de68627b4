import { DAY } from '../manifest/duration.ts';
import type { Operator, PreviewLimits } from '../manifest/operator.ts';

/** What counts where the operator's file says nothing: so many previews of all pilots and of each, for so many seconds. */
const USUAL: Required<PreviewLimits> = { most: 10, perPilot: 3, keep: 3 * DAY };

/**
 * How many previews there may be at once, of all pilots and of each, and how many seconds one is kept that nobody pushes to.
 * With `most: 0` there are none.
 */
export const previewLimits = ({ previews }: Pick<Operator, 'previews'>): Required<PreviewLimits> => ({
  ...USUAL,
  ...previews,
});
