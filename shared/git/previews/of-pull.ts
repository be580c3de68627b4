import type { Preview } from '../../ledger/previews.ts';

type OfPull = Pick<Preview, 'connection' | 'number'>;

/** Whether something is of the same pull request. */
export const isOf = (one: OfPull, of: OfPull): boolean => one.connection === of.connection && one.number === of.number;
