import { createHash } from 'node:crypto';
import { type Block, textOf } from '../edge/cidr.ts';
import type { EdgeState, Opening } from '../ledger/edge.ts';
import { canonicalJson } from '../manifest/digest.ts';

/**
 * Of all that decides what is let in: where it is still the same, nothing has to be looked at. It is made of the ranges
 * themselves and not of their token, since most publications change nothing of CloudFront’s; and of what the row says of those who
 * changed something too late.
 */
export const digestOf = (
  of: { opening?: Opening; blocks: readonly Block[] },
  { stirred = 0 }: Pick<EdgeState, 'stirred'>,
): string =>
  createHash('sha256')
    .update(canonicalJson({ ...of.opening, blocks: of.blocks.map(textOf), stirred }))
    .digest('hex')
    .slice(0, 20);
