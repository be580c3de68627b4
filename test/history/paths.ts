import type { StepFailure } from '../../shared/step.ts';
import { goLive, type StepName, uploadSite } from '../support/journey.ts';
import type { Stage } from '../support/stage.ts';

/** One way through the machine: the states that it visits, and what the machine caught on the way. */
export interface Path {
  name: string;
  states: readonly StepName[];
  /** Begins the deployment, and gives its id. */
  begin(stage: Stage, pilot: string): Promise<string>;
  failure?: StepFailure;
  /** The state that does not answer with success: how it answers, or that it parks. */
  stops?: { at: StepName; how: 'Failed' | 'Refused' | 'parked' };
  /** What the record says in the end. */
  ends: { status: string };
}

const STRAIGHT = ['Validate', 'Queue', 'Prepare', 'Verify', 'Shift', 'Finish', 'Unlock'] as const;
const SITE = { 'index.html': 'new', 'assets/app.0a1b2c3d.js': 'new' };
const LOST: StepFailure = { Error: 'ExecutionLost', Cause: '{"reason":"its execution ended as ABORTED"}' };

async function replacing(stage: Stage, pilot: string, more?: string): Promise<string> {
  await goLive(stage, pilot, { 'index.html': 'old' });
  return (await uploadSite(stage, pilot, SITE, more)).id;
}

export const PATHS: readonly Path[] = [
  {
    name: 'first',
    states: STRAIGHT,
    begin: async (stage, pilot) => (await uploadSite(stage, pilot, SITE)).id,
    ends: { status: 'succeeded' },
  },
  { name: 'next', states: STRAIGHT, begin: replacing, ends: { status: 'succeeded' } },
  {
    name: 'lost-in-shift',
    states: ['Validate', 'Queue', 'Prepare', 'Verify', 'Shift', 'Rollback', 'Unlock'],
    begin: (stage, pilot) => replacing(stage, pilot, 'rollout: { steps: [10, 100], bake: 24h }\n'),
    stops: { at: 'Shift', how: 'parked' },
    failure: LOST,
    ends: { status: 'failed' },
  },
  {
    name: 'lost-in-prepare',
    states: ['Validate', 'Queue', 'Prepare', 'Rollback', 'Unlock'],
    begin: replacing,
    failure: LOST,
    ends: { status: 'failed' },
  },
  {
    name: 'rejected',
    states: ['Validate', 'Unlock'],
    begin: async (stage, pilot) => (await uploadSite(stage, pilot, { 'about.html': 'no index' })).id,
    stops: { at: 'Validate', how: 'Refused' },
    failure: { Error: 'Refused', Cause: '{"reason":"refused"}' },
    ends: { status: 'rejected' },
  },
  {
    name: 'rollback',
    states: STRAIGHT,
    begin: async (stage, pilot) => {
      const old = await goLive(stage, pilot, { 'index.html': 'old' });
      await goLive(stage, pilot, SITE);
      return (await stage.askRollback(pilot, old.plan?.release ?? '')).id;
    },
    ends: { status: 'succeeded' },
  },
];
