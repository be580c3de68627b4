import type { Problem } from '../../errors.ts';

/**
 * What a static site's pointer says: which release its viewers get. It is one
 * key of a CloudFront KeyValueStore, read by `edge/viewer-request.js` on each
 * request, so it is kept short:
 *
 * | JSON | here | meaning |
 * |---|---|---|
 * | `f` | `fence` | fencing number of the deployment that wrote it |
 * | `l` | `live` | the arm that serves; without one the site is offline |
 * | `n` | `next` | the arm that gets a share while traffic is shifted |
 * | `r` | `release` | the release's folder under `sites/<site>/r/` |
 * | `i` | `immutable` | path prefixes that are served from `sites/<site>/shared/` |
 * | `c` | `cleanUrls` | `d` directory, `h` html, `o` off |
 * | `x` | `index` | file served for `/`, and for each folder where cleanUrls is `directory` |
 * | `e` | `notFound` | page for what does not exist; it is told here, the edge does not need it |
 * | `w` | `next.weight` | percent of viewers that get `next` |
 * | `p` | `page` | what viewers see while the site is offline, where that is not the usual page |
 */
export interface Pointer {
  /** A pointer with a higher fence than yours was written after you lost the lock: leave it. */
  fence: number;
  /** Absent while the site is offline: the fence stays, so that a late worker cannot bring it back. */
  live?: Arm;
  /** `weight`: percent of viewers, above 0 and below 100. */
  next?: Arm & { weight: number };
  page?: string;
}

/** One release as the edge sees it. */
export interface Arm {
  release: string;
  /** Without a leading slash: `assets/`. */
  immutable: string[];
  cleanUrls: CleanUrls;
  index: string;
  notFound?: string;
}

/** `directory`: `/about/` is `about/index.html`; `html`: `/about` is `about.html`; `off`: names as they are. */
export type CleanUrls = 'directory' | 'html' | 'off';

/** Bytes that a value of a KeyValueStore may have. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
export const POINTER_LIMIT = 1024;

const letterOf: Record<CleanUrls, string> = { directory: 'd', html: 'h', off: 'o' };
const cleanUrlsOf = new Map(Object.entries(letterOf).map(([name, letter]) => [letter, name as CleanUrls]));

/** The pointer as compact JSON, or POINTER_TOO_LARGE when the KeyValueStore would not take it. */
export function encodePointer({ fence, live, next, page }: Pointer): string | Problem {
  const text = JSON.stringify({
    f: fence,
    ...(live && { l: encodeArm(live) }),
    ...(next && { n: { ...encodeArm(next), w: next.weight } }),
    ...(page !== undefined && { p: page }),
  });
  const bytes = Buffer.byteLength(text);
  if (bytes <= POINTER_LIMIT) return text;
  return {
    code: 'POINTER_TOO_LARGE',
    message: `the site's pointer has ${bytes} bytes`,
    expected: `at most ${POINTER_LIMIT} bytes`,
    hint: 'name fewer or shorter prefixes under static.immutable',
  };
}

/** Reads what `encodePointer` wrote. Unknown fields are passed over; anything else that is off is POINTER_MALFORMED. */
export function decodePointer(text: string): Pointer | Problem {
  const json = parse(text);
  if (!isRecord(json)) return malformed('it is no JSON object');
  if (!isCount(json.f)) return malformed('its fencing number (f) is no whole number');
  if (json.l === undefined && json.n !== undefined) return malformed('a next arm (n) stands alone');
  if (json.l === undefined) return { fence: json.f, ...(typeof json.p === 'string' && { page: json.p }) };
  const live = decodeArm(json.l);
  if (!live) return malformed('its live arm (l) is incomplete');
  if (json.n === undefined) return { fence: json.f, live };

  const next = decodeArm(json.n);
  if (!next || !isRecord(json.n)) return malformed('its next arm (n) is incomplete');
  const weight = json.n.w;
  if (typeof weight !== 'number' || !(weight > 0 && weight < 100)) return malformed('the weight (w) is no share');
  return { fence: json.f, live, next: { ...next, weight } };
}

function encodeArm(arm: Arm): Record<string, unknown> {
  return {
    r: arm.release,
    i: arm.immutable,
    c: letterOf[arm.cleanUrls],
    x: arm.index,
    ...(arm.notFound !== undefined && { e: arm.notFound }),
  };
}

function decodeArm(json: unknown): Arm | undefined {
  if (!isRecord(json)) return undefined;
  const { r: release, i: immutable, x: index, e: notFound } = json;
  const cleanUrls = cleanUrlsOf.get(String(json.c));
  if (!isName(release) || release.includes('/') || !isName(index) || !cleanUrls) return undefined;
  if (!Array.isArray(immutable) || !immutable.every(isName)) return undefined;
  if (notFound !== undefined && !isName(notFound)) return undefined;
  return { release, immutable, cleanUrls, index, ...(notFound !== undefined && { notFound }) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** An empty prefix would send every path to the shared area; a leading slash would match none. */
const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && !value.startsWith('/');

const malformed = (what: string): Problem => ({
  code: 'POINTER_MALFORMED',
  message: `the site's pointer cannot be read: ${what}`,
  expected: 'a value written by Pilotage',
  hint: 'deploy or roll back the pilot: either writes it anew',
});
