/** Bytes that the zip of a repository may have: it is held in memory once. */
export const MOST_SOURCE_BYTES = 150 * 1024 ** 2;
/** Bytes that its files may have once they are unpacked. */
export const MOST_UNPACKED_BYTES = 2 * 1024 ** 3;
export const MOST_SOURCE_FILES = 50_000;

/** Hours that a build may wait until CodeBuild has a machine for it: the most that it allows. */
export const QUEUE_HOURS = 8;
/** CodeBuild takes no shorter timeout; what the manifest says counts all the same. */
export const LEAST_TIMEOUT_MINUTES = 5;
