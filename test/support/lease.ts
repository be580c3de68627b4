import type { Lease } from '../../shared/targets/target.ts';

/** A lease of a lock that stays with whoever has it. */
export const leaseUnder = (fence: number): Lease => ({
  deployment: `d${fence}`,
  fence,
  mayMove: async () => true,
  holds: async () => true,
});

/** A lease of a lock that somebody else took since. */
export const lostLease = (fence: number): Lease => ({
  ...leaseUnder(fence),
  mayMove: async () => false,
  holds: async () => false,
});
