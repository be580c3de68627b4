import type { Evidence } from '../evidence.ts';
import { EDGES } from './edge.ts';
import type { Invariant } from './invariant.ts';
import { KEEPING } from './keeping.ts';
import { MIGRATIONS } from './migrations.ts';
import { PUSHES } from './pushes.ts';
import { REMOVALS } from './removals.ts';
import { SERVERS } from './servers.ts';
import { SETTINGS } from './settings.ts';
import { TELLING } from './telling.ts';
import { TRAFFIC } from './traffic.ts';

export const INVARIANTS: Invariant[] = [
  ...TRAFFIC,
  ...KEEPING,
  ...SERVERS,
  ...MIGRATIONS,
  ...SETTINGS,
  ...EDGES,
  ...PUSHES,
  ...REMOVALS,
  ...TELLING,
];

/** An invariant that does not hold of a run, and why. */
export interface Breach {
  invariant: string;
  what: string;
}

export const breachesOf = (evidence: Evidence): Breach[] =>
  INVARIANTS.flatMap(({ name, broken }) => broken(evidence).map((what) => ({ invariant: name, what })));
