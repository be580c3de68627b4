import type { Evidence } from '../evidence.ts';

/** Something that must hold of every run, whatever failed in it. Judged from outside, never by Pilotage's own table. */
export interface Invariant {
  name: string;
  /** What speaks against it; nothing when it holds. */
  broken(evidence: Evidence): string[];
}
