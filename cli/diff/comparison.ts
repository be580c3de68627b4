import type { LiveRelease } from '../../shared/api.ts';
import { joinPath } from '../../shared/manifest/finding.ts';
import { counted } from '../../shared/notify/quantities.ts';
import { type Paint, printable } from '../io.ts';
import type { Change } from './changes.ts';
import { shownValue } from './values.ts';

/** A manifest on this machine beside the one that is live. */
export interface Compared {
  pilot: string;
  environment: string;
  live: Pick<LiveRelease, 'release' | 'since' | 'commit' | 'offline'>;
  /** `changed`: the checkout holds what no commit does. */
  here: { file: string; commit?: string; changed?: true };
  changes: Change[];
}

/** The comparison for people: the two sides, then a line for each key that differs. */
export function comparison({ pilot, environment, live, here, changes }: Compared, paint: Paint): string {
  const side = (name: string, ...told: (string | false | undefined)[]) =>
    `  ${paint('dim', name)}  ${told.filter(Boolean).join(', ')}`;
  return [
    `${pilot} in ${environment}`,
    side(
      live.offline ? 'kept' : 'live',
      live.release ?? 'nothing',
      live.since && `since ${minute(live.since)}`,
      commitText(live.commit),
    ),
    side('here', here.file, here.changed ? 'with changes that no commit holds' : commitText(here.commit)),
    '',
    ...changeLines(changes, paint),
    ...(changes.length > 0 ? [''] : []),
    live.release ? differing(changes.length) : 'Nothing is live, so all of it is new.',
  ].join('\n');
}

const MARKS = { added: ['green', '+'], removed: ['red', '-'], changed: ['yellow', '~'] } as const;

const nameOf = ({ path }: Change): string => printable(joinPath(path));

/** A line for each key that differs, under each other. */
export function changeLines(changes: Change[], paint: Paint): string[] {
  const width = Math.max(0, ...changes.map((change) => nameOf(change).length));
  return changes.map((change) => line(change, width, paint));
}

function line(change: Change, width: number, paint: Paint): string {
  const { path, before, after } = change;
  const [colour, mark] = MARKS[change.change];
  const values = [before, after].flatMap((value) => (value === undefined ? [] : [shownValue(value, path)]));
  return `  ${paint(colour, mark)} ${nameOf(change).padEnd(width)}  ${values.join(' → ')}`;
}

/** `2 keys differ.` */
export function differing(count: number): string {
  if (count === 0) return 'Nothing differs.';
  return `${counted(count, 'key differs', 'keys differ')}.`;
}

/** `2026-11-21 01:57 UTC` */
const minute = (time: string): string => `${time.slice(0, 16).replace('T', ' ')} UTC`;

const commitText = (commit: string | undefined): string | undefined => commit && `commit ${commit.slice(0, 12)}`;
