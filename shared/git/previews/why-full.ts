import type { Places, PreviewClaim } from '../../ledger/preview-claiming.ts';

/** So many of those who hold the places are named. */
const MOST_NAMED = 10;

/**
 * Why there is no place for a preview of a pilot, with those who have them. It stands where whoever sees the repository reads
 * it: what holds places elsewhere is counted, and not named.
 * @param connection by which the pull request came.
 */
export function whyFull(
  { of, holders }: Extract<PreviewClaim, { outcome: 'full' }>,
  pilot: string,
  places: Places,
  connection: string,
): string {
  const whose = of === 'perPilot' ? ` of ${pilot}` : '';
  if (places[of] === 0) return `the operator allows none${whose}`;
  const own = holders.filter((one) => one.connection === connection);
  const named = own
    .slice(0, MOST_NAMED)
    .map((one) => `${one.pilot} of pull request ${one.number} of ${one.repository}`);
  const more = own.length > MOST_NAMED ? [`${own.length - MOST_NAMED} more`] : [];
  const here = [...named, ...more].join(', ');
  const all = [here, elsewhere(holders.length - own.length)].filter(Boolean).join(' and ');
  return `the operator allows ${places[of]}${whose} at once, and these have the places: ${all}`;
}

function elsewhere(count: number): string {
  if (count === 0) return '';
  return count === 1 ? '1 of another repository' : `${count} of other repositories`;
}
