import type { Problem } from '../../errors.ts';

/** How much a site may be. Beyond it, an artifact is a mistake or an attack. */
export const MAX_FILES = 50_000;
export const MAX_TOTAL = 5 * 1024 ** 3;
export const MAX_FILE = 1024 ** 3;
/** Bytes; S3's keys may have 1,024, and Pilotage's prefix needs some of them. */
export const MAX_NAME = 900;
/** Content to packed bytes. Deflate reaches 1,032; real sites stay below 20. */
export const MAX_RATIO = 200;
/** Smaller files may pack as well as they like. */
export const RATIO_MATTERS_FROM = 1024 ** 2;

/** A problem with the artifact, before it is told which artifact. */
export type Flaw = Omit<Problem, 'place'>;
