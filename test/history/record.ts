import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepEvent } from '../../shared/step.ts';
import { handlerOf } from '../support/journey.ts';
import { type Stage, setStage } from '../support/stage.ts';
import { PATHS, type Path } from './paths.ts';
import type { Recording } from './recording.ts';
import { takeSnapshot, withoutNames } from './snapshot.ts';

/** Run by record.config.cjs alone: a recording is made once, when a version is released, and never changed. */
const FOLDER = join(__dirname, 'recordings', process.env.RECORD ?? '');

let stage: Stage;
beforeAll(async () => {
  if (!process.env.RECORD) throw new Error('say which version is recorded: RECORD=0.2.0');
  mkdirSync(FOLDER, { recursive: true });
  stage = await setStage();
});
afterAll(() => stage.close());

it.each(PATHS)('records $name', async (path) => {
  const recording = await record(path);
  const text = withoutNames(stage, JSON.stringify(recording, null, 1));
  writeFileSync(join(FOLDER, `${path.name}.json`), `${text}\n`, { flag: 'wx' });
});

async function record(path: Path): Promise<Recording> {
  const pilot = `h-${path.name}`;
  const id = await path.begin(stage, pilot);
  const at: Recording['at'] = [];
  for (const state of path.states) {
    const before = await takeSnapshot(stage, pilot, [id]);
    const failure = state === 'Rollback' || state === 'Unlock' ? path.failure : undefined;
    let event: StepEvent | undefined;
    await stage.run(
      (given, context) => {
        event = given;
        return handlerOf(state)(given, context);
      },
      state,
      id,
      failure ? { failure } : {},
    );
    if (event) at.push({ state, event, before });
  }
  return { path: path.name, id, at };
}
