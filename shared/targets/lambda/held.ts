import { done, failed } from '../../outcome.ts';

const HELD = 'a newer deployment holds the pointer';

export const FENCED = failed('FENCED', HELD);

/** For what only tidies up that is no failure: the newer deployment does it. */
export const LEFT_ALONE = done({ note: HELD });
