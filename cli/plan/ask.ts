import type { Problem } from '../../shared/errors.ts';
import { keptOffline } from '../../shared/maintenance.ts';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { refusalsIn } from '../../shared/plan-text/stack-text.ts';
import { knownOf } from '../../shared/preview/known.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Io } from '../io.ts';
import type { ManifestFile } from '../manifest-file.ts';
import type { Options } from '../options.ts';
import { isRefused, type Refused } from '../result.ts';
import { findStack } from '../stack.ts';
import type { Gathered } from './gather.ts';

/** Asks Pilotage what is live, what is kept, and what would be refused at a deployment. */
export async function askPilotage(read: ManifestFile, options: Options, io: Io): Promise<Gathered | Refused> {
  const { manifest, bytes } = read;
  const { env: environment = DEFAULT_ENVIRONMENT } = options;
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const about = { pilot: manifest.name, environment };
  const [live, check] = await Promise.all([
    api.ask({ action: 'live', ...about }),
    api.ask({ action: 'check', ...about, manifest: new TextDecoder().decode(bytes) }),
  ]);
  if (!live.ok) return refusedByApi(live);
  if (!check.ok) return refusedByApi(check);
  const { release, manifest: before, offline } = live.answer;
  const { problems, stack: preview, edge } = check.answer;
  if (release && !before)
    io.err.write(`what is live was deployed by an earlier Pilotage, which kept no manifest: it is not compared\n`);
  return {
    ...knownOf(live.answer),
    // What cannot be deployed yet is said by itself.
    problems: [
      ...problems.filter(({ code }) => code !== 'NOT_YET').map((problem) => inFile(problem, read)),
      ...refusalsIn(preview),
      ...(offline ? [keptOffline(manifest.name, offline)] : []),
    ],
    ...(preview && { stack: preview }),
    ...(edge && { edge }),
  };
}

/** The api knows the manifest as `pilot.yaml`. */
const inFile = (problem: Problem, { file }: ManifestFile): Problem =>
  problem.place?.file === 'pilot.yaml' ? { ...problem, place: { ...problem.place, file } } : problem;
