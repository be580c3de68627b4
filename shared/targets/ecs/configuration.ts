import { createHash } from 'node:crypto';
import { createAccessPoint, deleteAccessPoint, findAccessPoints } from '../../aws/access-points.ts';
import { askWriter } from '../../aws/settings-writer.ts';
import type { SettingsFile } from '../../configuration/render.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { done, type Failed, failed, type Outcome, parked } from '../../outcome.ts';
import { type PlannedFile, sha256Of } from '../settings.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { type Stack, stackOf } from './stack.ts';

/** Where the settings of all releases lie on the volume, out of reach of the pilot's own access point; templates/parts/settings-writer.ts. */
const FOLDER = '/configuration';
/** Who reads them, whoever a container runs as: files and folders are another's, so nobody changes any. */
const READER = { uid: 65_534, gid: 65_534 };

const SECONDS = 1_000;
const LOOK_AGAIN = 10 * SECONDS;
/** For a function that has rested to wake up, and for an access point to be made; both take seconds. */
const PATIENCE = 15 * 60 * SECONDS;

const folderOf = (release: string): string => `${FOLDER}/${release}`;

/**
 * Writes the release's settings onto the volume, into a folder of its own, and makes the access point through
 * which its tasks, and no others, see that folder. Other releases' files are left as they are.
 */
export async function configure(plan: Plan, lease: Lease, file?: SettingsFile, since = new Date()): Promise<Outcome> {
  const { file: planned } = detailOf(plan);
  if (!planned) return done();
  if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');
  const stack = stackOf(plan);
  const waiting = (awaits: string) =>
    parked(awaits, new Date(since.getTime() + PATIENCE), new Date(Date.now() + LOOK_AGAIN));
  const trouble = await write(plan, stack, planned, file);
  if (trouble) return 'awaits' in trouble ? waiting(trouble.awaits) : trouble;
  return (await isReachable(plan, stack))
    ? done({ settings: planned.name, sha256: planned.sha256.slice(0, 12) })
    : waiting('the access point of its settings');
}

/** Undefined once the file is there, as it was planned. */
async function write(
  plan: Plan,
  stack: Stack,
  { name, sha256 }: PlannedFile,
  file: SettingsFile | undefined,
): Promise<Failed | { awaits: string } | undefined> {
  const { release } = plan;
  const { settingsWriter } = stack;
  if (!settingsWriter) {
    // An access point is made once the file is there as planned: a release that was live can be gone back to.
    if (await pointOf(plan, stack)) return undefined;
    return failed('SETTINGS_WRITER_MISSING', 'the pilot’s stack has no function that writes settings any longer');
  }
  // What another version of Pilotage would write by the same settings is not what was planned: what it wrote then counts.
  const isPlanned = file?.name === name && sha256Of(file.text) === sha256;
  const told = await askWriter(settingsWriter, { release, name, ...(isPlanned && { text: file.text }) });
  if ('notReady' in told) return { awaits: `the function that writes its settings (${told.notReady})` };
  if ('fault' in told)
    return failed('SETTINGS_NOT_WRITTEN', `${settingsWriter} could not write ${name}: ${told.fault}`);
  if (told.answer.sha256 === sha256) return undefined;
  return failed(
    'SETTINGS_CHANGED',
    `${name} is not what release ${release} was planned with, and cannot be made again: deploy the manifest once more`,
  );
}

async function isReachable(plan: Plan, stack: Stack): Promise<boolean> {
  const found = await pointOf(plan, stack);
  if (found) return found.isReady;
  const { fileSystem } = filesIn(stack);
  const path = folderOf(plan.release);
  const tags = { ...ownerTags(plan), 'pilotage:release': plan.release };
  const token = createHash('sha256').update(`${fileSystem} ${path}`).digest('hex');
  await createAccessPoint({ fileSystem, path, user: READER, tags, token });
  return (await pointOf(plan, stack))?.isReady ?? false;
}

async function pointOf({ release }: Plan, stack: Stack) {
  const found = await findAccessPoints(filesIn(stack).fileSystem);
  return found.find(({ path, isGoing }) => path === folderOf(release) && !isGoing);
}

/** The access point through which a release's tasks see its settings; undefined for a release without a file. @throws where it is not there: Configure has not run. */
export async function settingsPoint(plan: Plan, stack: Stack): Promise<string | undefined> {
  if (!detailOf(plan).file) return undefined;
  const found = await pointOf(plan, stack);
  if (!found) throw new Error(`the settings of release ${plan.release} have no access point`);
  return found.id;
}

function filesIn({ files }: Stack): NonNullable<Stack['files']> {
  if (!files) throw new Error('config.file is given, and the stack has no output FileSystem');
  return files;
}

/** Removes the settings of releases that are no longer kept. What a writer that is gone has left stays on the volume, unreachable. */
export async function removeSettings(stack: Stack, releases: string[]): Promise<Failed | undefined> {
  if (!stack.files) return undefined;
  if (stack.settingsWriter) {
    // Also where no access point leads to them: what was cut off between the two has left a file.
    const told = await askWriter(stack.settingsWriter, { remove: releases });
    if (!('answer' in told)) return failed('SETTINGS_NOT_REMOVED', 'fault' in told ? told.fault : told.notReady);
  }
  const paths = releases.map(folderOf);
  const found = await findAccessPoints(stack.files.fileSystem);
  for (const { id, path, isGoing } of found) if (paths.includes(path) && !isGoing) await deleteAccessPoint(id);
  return undefined;
}
