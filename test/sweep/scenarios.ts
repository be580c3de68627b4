import { OF_EDGES } from './scenarios/edge.ts';
import { OF_ENVIRONMENTS } from './scenarios/environments.ts';
import { OF_FUNCTIONS } from './scenarios/functions.ts';
import { OF_INSTANCES } from './scenarios/instances.ts';
import { OF_MIGRATIONS } from './scenarios/migrations.ts';
import { OF_OFFLINE } from './scenarios/offline.ts';
import { PROLOGUES } from './scenarios/prologues.ts';
import { OF_PUSHES } from './scenarios/pushes.ts';
import { OF_REMOVALS } from './scenarios/removals.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { OF_SERVICES } from './scenarios/services.ts';
import { OF_SETTINGS } from './scenarios/settings.ts';
import { OF_SITES } from './scenarios/sites.ts';

export type { Scenario };

/** In the order in which they are played. */
export const SCENARIOS: Scenario[] = [
  ...OF_SITES,
  ...OF_OFFLINE,
  ...OF_SERVICES,
  ...OF_INSTANCES,
  ...OF_ENVIRONMENTS,
  ...OF_FUNCTIONS,
  ...OF_MIGRATIONS,
  ...OF_SETTINGS,
  ...OF_EDGES,
  ...OF_PUSHES,
  ...OF_REMOVALS,
];

export function scenarioNamed(name: string): Scenario {
  const found = [...SCENARIOS, ...PROLOGUES].find((scenario) => scenario.name === name);
  if (!found) throw new Error(`there is no scenario ${name}; there are ${SCENARIOS.map((one) => one.name).join(', ')}`);
  return found;
}
