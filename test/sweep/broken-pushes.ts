import { randomUUID } from 'node:crypto';
import { handler as build } from '../../functions/deploy/build.ts';
import { handler as unlock } from '../../functions/deploy/unlock.ts';
import { publish } from '../../shared/aws/bus.ts';
import { startBuild } from '../../shared/aws/codebuild.ts';
import { listImages, removeImages } from '../../shared/aws/stored-images.ts';
import { type Key, list } from '../../shared/aws/table.ts';
import { type BuildAsked, startOf } from '../../shared/building/asked.ts';
import { buildKey } from '../../shared/building/key.ts';
import { type Built, factsOf, provenanceOf } from '../../shared/building/provenance.ts';
import { bringBuild } from '../../shared/building/run.ts';
import { readPush } from '../../shared/git/reading/read-push.ts';
import { type BuildRow, findBuildRow, noteBuild } from '../../shared/ledger/builds.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { knownDeployment } from '../../shared/ledger/deployments.ts';
import { takeLock } from '../../shared/ledger/lock.ts';
import { findManifest, manifestPlanned } from '../../shared/ledger/manifests.ts';
import { findPush, notePush, recordPush } from '../../shared/ledger/pushes.ts';
import { policyOf } from '../../shared/ledger/settled.ts';
import { settle, settlePlan } from '../../shared/ledger/settling.ts';
import { secondOf } from '../../shared/ledger/turn.ts';
import { done, parked } from '../../shared/outcome.ts';
import { planBuilt } from '../../shared/planning/built.ts';
import { step } from '../../shared/step.ts';
import type { Handler, Handlers } from './functions.ts';

/** Copies of steps that are wrong on purpose, for pushes and builds. */

async function askedBy({ id, pilot, environment, build }: Deployment): Promise<BuildAsked & { key: string }> {
  const manifest = await findManifest({ pilot, environment, release: id });
  if (!build || !manifest) throw new Error('nothing is to be built');
  return { pilot, environment, building: build, manifest, key: buildKey(build, manifest, environment) };
}

async function planWith(deployment: Deployment, built: Built) {
  const asked = await askedBy(deployment);
  const planned = await planBuilt(asked, built);
  if ('outcome' in planned) return planned;
  const provenance = provenanceOf(asked.building, asked.key, built);
  const settled = { plan: planned.plan, policy: { ...policyOf(deployment), provenance } };
  await settlePlan(deployment.id, settled, [manifestPlanned(planned.plan, planned.manifest)]);
  return done(factsOf(provenance));
}

/** Unlock that gives a build up, and lets it go on. */
export const buildLeftRunning: Handlers = {
  'deploy-unlock': (async (event: { input: { deployment: string } }, context: unknown) => {
    const deployment = await knownDeployment(event.input.deployment);
    const { key } = deployment.build ? await askedBy(deployment) : {};
    const row = key && (await findBuildRow(deployment.pilot, key));
    if (row) await noteBuild(deployment.pilot, row, { state: 'failed' });
    return (unlock as Handler)(event as never, context as never);
  }) as Handler,
};

/** Build that has it built at each look, as if it had never asked. */
export const builtEachTime: Handlers = {
  'deploy-build': step('Build', async ({ deployment }) => {
    const asked = await askedBy(deployment);
    const coming = await bringBuild(asked, asked.key, deployment.id, new Date());
    if (coming.outcome === 'built') return planWith(deployment, coming.built);
    const row = await findBuildRow(deployment.pilot, asked.key);
    if (row?.build) await startBuild({ ...startOf(asked, row), idempotencyToken: randomUUID() });
    return coming;
  }) as Handler,
};

/** Build that removes images whoever needs them. */
export const imagesRemoved: Handlers = {
  'deploy-build': (async (event: { input: { deployment: string } }, context: unknown) => {
    const { pilot, environment } = await knownDeployment(event.input.deployment);
    const repository = `pilots/${pilot}/${environment}`;
    const images = await listImages(repository);
    await removeImages(
      repository,
      images.map(({ digest }) => digest),
    );
    return (build as Handler)(event as never, context as never);
  }) as Handler,
};

/** Build that takes whatever was built for the pilot before. */
export const builtBefore: Handlers = {
  'deploy-build': step('Build', async ({ deployment }) => {
    const rows = await list<BuildRow & Key>(`BUILDS#${deployment.pilot}`);
    const built = rows.find((row) => row.built)?.built;
    const after = (seconds: number) => new Date(Date.now() + seconds * 1000);
    return built ? planWith(deployment, built) : parked('a build', after(600), after(15));
  }) as Handler,
};

/** Queue that tells pushes of one second apart by who comes first. */
export const secondsAlone: Handlers = {
  'deploy-queue': step('Queue', async ({ deployment: { id, pilot, environment, requestedAt } }) => {
    const lock = await takeLock({ id, pilot, environment, at: secondOf(requestedAt) });
    if (lock.owner === id) {
      await settle(id, { fence: lock.fence });
      return done();
    }
    const after = (seconds: number) => new Date(Date.now() + seconds * 1000);
    return parked('the lock', after(600), after(15));
  }) as Handler,
};

/** A reader that takes a push for read, and asks for nothing. */
export const pushForgotten: Handlers = {
  'git-read-push': (async ({ detail }: { detail: { push: string } }) => {
    await notePush(detail.push, { kind: 'ignored', reason: 'nobody looked' });
  }) as Handler,
};

/** A reader after which a push counts once more, as if the branch had been elsewhere meanwhile. */
export const pushCountedTwice: Handlers = {
  'git-read-push': (async ({ detail }: { detail: { push: string } }) => {
    const read = await findPush(detail.push);
    if (!read) return;
    await readPush(read, new Date());
    if (read.message === 'again') return;
    const { connection, repository, ref, commit } = read;
    const record = (to: string) =>
      recordPush({
        ...{ connection, repository, via: 'webhook', at: new Date() },
        push: { told: 'push', ref, commit: to, message: 'again' },
      });
    await record('e'.repeat(40));
    const again = await record(commit);
    if (again.outcome === 'recorded')
      await publish('PushReceived', { push: again.push.id, connection, repository, ref, commit });
  }) as Handler,
};
