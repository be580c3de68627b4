import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { handlerOf, liveOf } from '../support/journey.ts';
import { type Stage, setStage } from '../support/stage.ts';
import { PATHS, type Path } from './paths.ts';
import type { Recording } from './recording.ts';
import { isRunning, putBack } from './snapshot.ts';

/**
 * Deployments that were in flight under earlier versions of Pilotage. The
 * functions of today have to take each of them to its end.
 */
const FOLDER = join(__dirname, 'recordings');
const recordings = readdirSync(FOLDER).flatMap((version) =>
  readdirSync(join(FOLDER, version)).map((file) => ({ from: `${version}/${file}` })),
);

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const pathOf = (name: string): Path => {
  const found = PATHS.find((path) => path.name === name);
  if (!found) throw new Error(`no path is named ${name}`);
  return found;
};

const context = (state: string) =>
  ({ functionName: `deploy-${state.toLowerCase()}`, getRemainingTimeInMillis: () => 60_000 }) as never;

/** From one recorded state on: its recorded event first, then what the machine would hand to the next ones. */
async function goOn({ path, id, at }: Recording, from: number) {
  const { states, failure, ends } = pathOf(path);
  const { state, event, before } = at[from] as Recording['at'][number];
  await putBack(stage, before);
  await handlerOf(state)(event, context(state));
  for (const next of states.slice(from + 1)) {
    const caught = failure && (next === 'Rollback' || next === 'Unlock') ? { failure } : {};
    await stage.run(handlerOf(next), next, id, caught);
  }
  return { over: await stage.now(id), ends };
}

const machine = load(readFileSync(join(__dirname, '../../statemachines/deploy.asl.yml'), 'utf8')) as {
  States: Record<string, { Next?: string; Catch?: { Next: string }[] }>;
};

/** Where a state may lead; states that came since are gone through. */
function waysFrom(state: string, known: readonly string[]): (string | undefined)[] {
  const { Next, Catch = [] } = machine.States[state] ?? {};
  const isNew = Next !== undefined && Next !== 'Succeeded' && !known.includes(Next) && !EARLIER.includes(Next);
  const next = isNew ? waysFrom(Next, known) : [Next];
  return [...next, ...Catch.map((caught) => caught.Next)];
}

/** The states that recordings know. */
const EARLIER = PATHS.flatMap(({ states }): string[] => [...states]);

describe.each(recordings)('a deployment in flight, $from', ({ from }) => {
  const recording = JSON.parse(readFileSync(join(FOLDER, from), 'utf8')) as Recording;
  const { states } = pathOf(recording.path);

  it('visits states that there still are, in an order that the machine still allows', () => {
    for (const [index, state] of states.entries())
      expect(waysFrom(state, states)).toContain(states[index + 1] ?? 'Succeeded');
  });

  it.each(recording.at.map(({ state }, index) => ({ state, index })))(
    'is taken to its end from $state',
    async ({ index }) => {
      await stage.fresh();
      const { over, ends } = await goOn(recording, index);
      expect(over).toMatchObject(ends);
      const weights = over.plan ? Object.values((await liveOf(over)).weights) : [100];
      expect(weights).toEqual([100]);
      expect(over.ending?.serving).toBe(over.plan ? (await liveOf(over)).release : null);
      expect(await isRunning(recording.id)).toBe(false);
    },
  );
});
