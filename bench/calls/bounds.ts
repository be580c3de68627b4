import { count, isLooking, type Measured } from './measure.ts';

/** One figure of each deployment, and where it must stay. */
interface Bound {
  what: string;
  figure: (measured: Measured) => number;
  /** The most that there may be; for the deployments that it is asked of. */
  most?: number;
  of?: string;
}

export const NO_CHANGE = 'no change';

const BOUNDS: Bound[] = [
  { what: 'state transitions', figure: ({ states }) => states.length, most: 14 },
  { what: 'largest state, bytes', figure: ({ largest }) => largest, most: 4_096 },
  { what: 'S3 requests for artifact and site', figure: ({ siteRequests }) => siteRequests, most: 2, of: NO_CHANGE },
  { what: 'of them writes', figure: ({ siteWrites }) => siteWrites, most: 0, of: NO_CHANGE },
  { what: 'writes of the pointer', figure: ({ pointerWrites }) => pointerWrites, most: 0, of: NO_CHANGE },
  { what: 'not called already live', figure: ({ alreadyLive }) => (alreadyLive ? 0 : 1), most: 0, of: NO_CHANGE },
  { what: 'calls', figure: ({ calls }) => count(calls.filter((row) => !isLooking(row))) },
];

/** A line for each figure, and one for each that is over its bound. */
export function judged(all: Measured[]): { lines: string[][]; over: string[] } {
  const over: string[] = [];
  const lines = BOUNDS.map(({ what, figure, most, of }) => {
    for (const measured of all)
      if (most !== undefined && (of ?? measured.what) === measured.what && figure(measured) > most)
        over.push(`${measured.what}: ${what} ${figure(measured)}, at most ${most}`);
    const bound = most === undefined ? '' : `at most ${most}${of ? ` with ${of}` : ''}`;
    return [what, ...all.map((measured) => String(figure(measured))), bound];
  });
  return { lines: [['', ...all.map(({ what }) => what), 'bound'], ...lines], over };
}
