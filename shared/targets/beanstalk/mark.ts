import type { Environment } from '../../aws/beanstalk.ts';
import type { Application, TagChange } from '../../aws/beanstalk-applications.ts';

/** Who moves the address: each announcement is a tag of the application, and the last one counts. */
export interface Mark {
  fence: number;
  /** When it was announced; absent where nobody has moved it yet. */
  at?: Date;
  /** The swap that was announced: the environment that is to have the address; absent where it is none. */
  to?: string;
}

/**
 * The number and the time are in the key, so that an announcement that is carried out late writes over none that came after it.
 * Keys and values have letters, digits, spaces and `_ . : / = + - @`:
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-tagging-resources.html
 */
const KEY = /^pilotage:fence-(\d{1,15})\/(\S+)$/;
const keyOf = ({ fence, at }: Written): string => `pilotage:fence-${fence}/${at.toISOString()}`;
/** A tag has to have a value. */
const NONE = 'none';

type Written = Mark & { at: Date };

/** The latest one; the fence is 0 where there is none. */
export const markOf = (tags: Application['tags']): Mark => marksIn(tags).at(-1) ?? { fence: 0 };

/** @returns the oldest first. */
function marksIn(tags: Application['tags']): Written[] {
  const marks = Object.entries(tags).flatMap(([key, value]): Written[] => {
    const [, fence, since] = KEY.exec(key) ?? [];
    const at = new Date(since ?? Number.NaN);
    if (fence === undefined || Number.isNaN(at.getTime())) return [];
    return [{ fence: Number(fence), at, ...(value !== NONE && { to: value }) }];
  });
  return marks.sort((one, other) => (isBefore(one, other) ? -1 : 1));
}

const isBefore = (one: Written, other: Written): boolean =>
  one.fence < other.fence || (one.fence === other.fence && one.at < other.at);

/**
 * The tags that announce it. Of those that it comes after, the last one stays: where a call were carried out in part, it would
 * go on to count.
 * @param to the environment that is to have the address; absent where nobody else gets it.
 */
export function announcing(tags: Application['tags'], fence: number, to: string | undefined, now: Date): TagChange {
  const marks = marksIn(tags);
  const last = marks.at(-1);
  // Whatever clocks say, it comes after the one that is there.
  const at = last?.fence === fence && last.at >= now ? new Date(last.at.getTime() + 1) : now;
  const next = { fence, at };
  const older = marks.filter((one) => isBefore(one, next));
  return { add: { [keyOf(next)]: to ?? NONE }, remove: older.slice(0, -1).map(keyOf) };
}

/** The tags that take an announcement back whose swap was not sent: what was announced by others stays, earlier or later. */
export const retracting = ({ add }: TagChange): TagChange => ({ add: {}, remove: Object.keys(add) });

/** A swap is carried out so long after it was announced, or not at all; milliseconds. */
export const SWAP_MS = 10_000;

/** It is sent so long after that at most: its way takes the rest; milliseconds. */
export const PROMPT_MS = 3_000;

/** Whether a swap was begun that does not show yet. */
export const isUnderWay = ({ to, at }: Mark, holder: Pick<Environment, 'id'> | undefined, now: Date): boolean =>
  to !== undefined && at !== undefined && to !== holder?.id && now.getTime() < at.getTime() + SWAP_MS;
