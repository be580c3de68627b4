import type { StepEvent } from '../../shared/step.ts';
import type { StepName } from '../support/journey.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * A deployment as it was in flight at each state of its path: the rows, the
 * pointer and the files as that version of Pilotage left them, and the event that
 * its machine handed to the state.
 */
export interface Recording {
  path: string;
  id: string;
  at: { state: StepName; event: StepEvent; before: Snapshot }[];
}
