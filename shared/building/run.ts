import { type BuildNow, findBuild, findMarked, startBuild, stopBuild } from '../aws/codebuild.ts';
import { setting } from '../aws/config.ts';
import { makeGroup } from '../aws/log-streams.ts';
import { makeRepository } from '../aws/repositories.ts';
import { type BuildRow, claimAgain, claimBuild, noteBuild, noteSource } from '../ledger/builds.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { shortest } from '../manifest/duration.ts';
import { ownerTags } from '../manifest/owner-tags.ts';
import { type Failed, failed, type Parked, parked, type Refused, refused } from '../outcome.ts';
import { ready, unknown } from '../provisioning/service-role.ts';
import { type BuildAsked, startOf } from './asked.ts';
import { clearImages } from './clear-images.ts';
import { failureOf, phaseInWords, timedOut } from './ended.ts';
import { LEAST_TIMEOUT_MINUTES, QUEUE_HOURS } from './limits.ts';
import { logTail } from './log-tail.ts';
import { imageAt, logGroupOf, markerOf, sourceAt } from './places.ts';
import type { Built } from './provenance.ts';
import { isThere, resultOf } from './result.ts';
import { buildRoleOf } from './role.ts';
import { bringSource } from './source.ts';
import { tellLog } from './tell-log.ts';

export type Coming = { outcome: 'built'; built: Built } | Parked | Failed | Refused;

const LOG_DAYS = 30;
const LOOK_SECONDS = 60;

/**
 * Brings a build as far as it can be brought now. What goes into it is its key: where somebody has made it, or makes it, it is
 * not made again.
 * @param id the deployment that wants it, since when.
 */
export async function bringBuild(asked: BuildAsked, key: string, id: string, since: Date): Promise<Coming> {
  const row = await rowOf(asked, key, id);
  if (row.state === 'done' && row.built) return { outcome: 'built', built: row.built };
  if (row.state === 'failed') return endedBefore(row, id);
  if (row.build !== undefined) return look(asked, row, row.build, id, since);
  if (row.by !== id) return waiting(asked, since, `the build that ${row.by} has begun`);
  return begin(asked, row, since);
}

/** The row that counts for this deployment: what others failed with, or left, is built anew. */
async function rowOf(asked: BuildAsked, key: string, id: string): Promise<BuildRow> {
  const { pilot } = asked;
  const row = await claimBuild(pilot, key, id);
  return (await isOfUse(asked, row, id)) ? row : claimAgain(pilot, row, id);
}

async function isOfUse(asked: BuildAsked, row: BuildRow, id: string): Promise<boolean> {
  if (row.state === 'done') return row.built !== undefined && isThere(asked, row, row.built);
  if (row.by === id) return true;
  if (row.state === 'failed') return false;
  // Nobody begins it any more; one that runs is of use, whoever began it.
  return row.build !== undefined || !(await findDeployment(row.by))?.finishedAt;
}

async function begin(asked: BuildAsked, row: BuildRow, since: Date): Promise<Coming> {
  const { pilot, environment, building } = asked;
  const age = await ready(buildRoleOf(pilot, environment));
  if (typeof age !== 'number') return age;
  const withSource = row.source === undefined ? await withSourceOf(asked, row) : row;
  if (!withSource) return overtaken(asked, since);
  if ('outcome' in withSource) return withSource;
  await makeGroup(logGroupOf(pilot), LOG_DAYS);
  if (building.as === 'image') await makeRoom(asked, row);
  return start(asked, withSource, since);
}

/** For an image among those that are kept. */
async function makeRoom(asked: BuildAsked, row: BuildRow): Promise<void> {
  const { repository } = imageAt(asked, row, asked.building);
  await makeRepository(repository, ownerTags(asked));
  await clearImages(asked, repository, row.by);
}

async function withSourceOf(asked: BuildAsked, row: BuildRow): Promise<BuildRow | Refused | undefined> {
  const brought = await bringSource(asked.building, sourceAt(asked, row));
  if ('code' in brought) return refused(brought);
  return noteSource(asked.pilot, row, brought.version);
}

/** The token makes one build of two calls for five minutes; after that the marker tells whether there is one. */
async function start(asked: BuildAsked, row: BuildRow, since: Date): Promise<Coming> {
  const { pilot, environment } = asked;
  const marker = markerOf(asked, row);
  const lost = row.asked === undefined ? undefined : await findMarked(setting('BUILD_PROJECT'), marker);
  const begun = await noteBuild(pilot, row, { asked: row.asked ?? new Date().toISOString() });
  if (!begun) return overtaken(asked, since);
  const answer = lost === undefined ? await startBuild(startOf(asked, begun)) : { id: lost };
  if ('id' in answer) {
    const noted = await noteBuild(pilot, begun, { build: answer.id });
    // That attempt came to its end while it was started: nobody else knows of the build.
    if (!noted) await stopBuild(answer.id);
    return waiting(asked, since, 'CodeBuild to begin the build');
  }
  switch (answer.refused) {
    case 'busy':
      return waiting(asked, since, `CodeBuild to have room for a build: ${answer.reason}`);
    case 'role':
      return (
        (await unknown(buildRoleOf(pilot, environment))) ??
        ending(pilot, begun, failed('BUILD_FAILED', `CodeBuild cannot build under its role: ${answer.reason}`))
      );
    case 'input':
      return ending(pilot, begun, failed('BUILD_FAILED', `CodeBuild does not take the build: ${answer.reason}`));
  }
}

async function look(asked: BuildAsked, row: BuildRow, build: string, id: string, since: Date): Promise<Coming> {
  const { pilot } = asked;
  const now = await findBuild(build);
  if (!now) return waiting(asked, since, `CodeBuild to know of the build ${build}`);
  if (now.status === 'IN_PROGRESS') {
    if (!isLate(asked, now)) return waiting(asked, since, `the build ${build}; ${phaseInWords(now.phase)}`);
    await stopBuild(build);
    await tellLog(id, now);
    return ending(pilot, row, timedOut(timeoutOf(asked)));
  }
  const built =
    now.status === 'SUCCEEDED' ? await resultOf(asked, row, now) : failureOf(now, await logTail(now), timeoutOf(asked));
  if ('outcome' in built) {
    await tellLog(id, now);
    return ending(pilot, row, built);
  }
  // Where somebody was faster, or gave it up, what they wrote down counts.
  const noted = await noteBuild(pilot, row, { state: 'done', built });
  return noted ? { outcome: 'built', built } : overtaken(asked, since);
}

/** Somebody else who waits for it, or an earlier look that was cut off, saw its end first. */
async function endedBefore({ build, failure }: BuildRow, id: string): Promise<Failed> {
  const now = build === undefined ? undefined : await findBuild(build);
  if (now) await tellLog(id, now);
  return failed(failure?.code ?? 'BUILD_FAILED', failure?.reason ?? 'it failed');
}

async function ending(pilot: string, row: BuildRow, { outcome: _, ...failure }: Failed): Promise<Failed> {
  await noteBuild(pilot, row, { state: 'failed', failure });
  return failed(failure.code, failure.reason);
}

const timeoutOf = ({ manifest }: BuildAsked): string => shortest(manifest.build?.timeout ?? 0);

/** What CodeBuild itself would let go on for longer. As it does, this counts no time in which there was no machine. */
function isLate({ manifest }: BuildAsked, { workingSince }: BuildNow): boolean {
  const seconds = manifest.build?.timeout ?? 0;
  if (!workingSince || seconds >= LEAST_TIMEOUT_MINUTES * 60) return false;
  return Date.now() - workingSince.getTime() > seconds * 1000;
}

const overtaken = (asked: BuildAsked, since: Date): Parked => waiting(asked, since, 'what becomes of the build');

function waiting({ manifest }: BuildAsked, since: Date, what: string): Parked {
  const longest = (QUEUE_HOURS + 1) * 3600 + (manifest.build?.timeout ?? 0);
  return parked(what, new Date(since.getTime() + longest * 1000), new Date(Date.now() + LOOK_SECONDS * 1000));
}
