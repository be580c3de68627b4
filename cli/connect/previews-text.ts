import type { PreviewsShown, PreviewView } from '../../shared/api.ts';
import { type Paint, printable } from '../io.ts';
import { table } from '../table.ts';

const minute = (at: string): string => at.slice(0, 16).replace('T', ' ');

/** Previews for people, a line each; below them those that are missing, with why, and how many there may be. */
export function previewsText({ previews, unmade, places }: PreviewsShown, paint: Paint, most?: number): string {
  const headings = ['PILOT', 'ENVIRONMENT', 'PULL REQUEST', 'COMMIT', 'STANDS', 'URL', 'SINCE (UTC)', 'UNTIL (UTC)'];
  const rows = previews.map((one) => [
    one.pilot,
    one.environment,
    pullOf(one),
    one.commit.slice(0, 12),
    standing(one),
    one.url ?? '',
    minute(one.since),
    minute(one.until),
  ]);
  return [
    previews.length > 0 ? table(headings, rows, paint, most) : 'No pull request has a preview.',
    ...unmade.map(
      (one) => `${one.pilot} has none of ${pullOf(one)} at ${one.commit.slice(0, 12)}: ${printable(one.reason)}`,
    ),
    ...(places
      ? [`${previews.length} of ${places.most} places are taken; a pilot has at most ${places.perPilot}.`]
      : []),
  ].join('\n');
}

const pullOf = ({ repository, number }: Pick<PreviewView, 'repository' | 'number'>): string =>
  `${repository}#${number}`;

function standing({ removal, status, url }: PreviewView): string {
  if (removal) return removal.tries > 1 ? `being removed, try ${removal.tries}` : 'being removed';
  if (status === undefined || status === 'running') return url ? 'being updated' : 'being made';
  return status === 'succeeded' ? 'live' : `✖ ${status}`;
}
