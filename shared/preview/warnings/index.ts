import type { Problem } from '../../errors.ts';
import { ADDRESS } from './address.ts';
import { EDGE } from './edge.ts';
import { MONEY } from './money.ts';
import { RELEASING } from './releasing.ts';
import { STANDING } from './standing.ts';
import type { Judged } from './warning.ts';

const ALL = [...STANDING, ...RELEASING, ...EDGE, ...MONEY, ...ADDRESS];

/** All that may be unwise about a plan; none of it stops it. */
export const warningsOf = (judged: Judged): Problem[] => ALL.flatMap((warn) => warn(judged) ?? []);
