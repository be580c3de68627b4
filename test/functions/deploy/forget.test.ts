import { get, type Key, list, transact, update } from '../../../shared/aws/table.ts';
import { claimBuild, findBuildRow } from '../../../shared/ledger/builds.ts';
import { accept, listPilots, listPreview } from '../../../shared/ledger/deployments.ts';
import { listFailures, noteFailure } from '../../../shared/ledger/edge-failures.ts';
import { partition } from '../../../shared/ledger/keys.ts';
import { readLock } from '../../../shared/ledger/lock.ts';
import { findManifest, manifestPlanned } from '../../../shared/ledger/manifests.ts';
import { claimRun, findRun } from '../../../shared/ledger/runs.ts';
import { settle } from '../../../shared/ledger/settling.ts';
import { deploymentId } from '../../../shared/names.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { askRemoval, livePreview, PREVIEW, removeThrough, runRemoval, setRoles } from '../../support/removal.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  setRoles();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const MANIFEST = resolvedFrom({
  apiVersion: 'pilotage/v1',
  name: 'acme',
  target: 'static',
  source: { artifact: 'site.zip' },
});
const whose = (environment = PREVIEW) => ({ pilot: 'acme', environment });
const keysIn = async (pk: string) => (await list(pk)).map(({ sk }) => sk.replace(/#.*/, '')).sort();
const row = (key: Key) => update({ key, update: 'SET made = :yes', values: { ':yes': true } });

/** All that the ledger may know of an environment. */
async function known(environment = PREVIEW): Promise<Plan> {
  const plan = await livePreview(stage, 'acme', environment);
  await listPreview(whose(environment));
  await transact([manifestPlanned(plan, MANIFEST)]);
  const pk = partition('acme', environment);
  for (const sk of ['MIGRATION#1', 'EDGE', 'BACKUP#1', 'DRILL#1', 'RESTORE#1']) await row({ pk, sk });
  await claimRun({ ...whose(environment), request: 'r' });
  await claimBuild('acme', `key-${environment}`, deploymentId('acme', environment, new Date(), 'any'));
  await noteFailure(whose(environment), new Date());
  return plan;
}

/** A deployment that was accepted meanwhile, and waits. */
async function waiting(plan?: Plan) {
  const at = new Date();
  const id = deploymentId('acme', PREVIEW, at, `waits ${at.getTime()}`);
  const trigger = { kind: 'online', request: 'r' } as const;
  await accept({ id, ...whose(), trigger, requestedAt: at.toISOString() });
  if (plan) {
    await transact([manifestPlanned(plan, MANIFEST)]);
    await settle(id, { plan });
  }
  return id;
}

describe('Forget', () => {
  it('removes all that the ledger knows of the environment, but for its history and its lock', async () => {
    await known();
    await known('pr1');
    const { id } = await askRemoval(stage, 'acme');
    expect(await removeThrough(stage, id, 'Forget')).toMatchObject({ success: {} });
    expect(await keysIn(partition('acme', PREVIEW))).toEqual(['DEPLOYMENT', 'LOCK']);
    expect(await findRun({ ...whose(), request: 'r' })).toBeUndefined();
    expect(await findBuildRow('acme', `key-${PREVIEW}`)).toBeUndefined();
    expect((await listFailures()).map(({ environment }) => environment)).toEqual(['pr1']);
    expect(await listPilots()).toMatchObject([whose('pr1')]);
    // Of another environment everything is as it was.
    const kinds = ['BACKUP', 'DRILL', 'EDGE', 'MANIFEST', 'MIGRATION', 'RELEASE', 'RESTORE'];
    expect(await keysIn(partition('acme', 'pr1'))).toEqual(kinds);
    expect(await findRun({ ...whose('pr1'), request: 'r' })).toBeDefined();
    expect(await findBuildRow('acme', 'key-pr1')).toBeDefined();
  });

  it('done twice is as done once, and fencing numbers go on from where they were', async () => {
    await known();
    const first = await askRemoval(stage, 'acme');
    await removeThrough(stage, first.id, 'Forget');
    expect(await runRemoval(stage, 'Forget', first.id)).toMatchObject({ success: {} });
    await runRemoval(stage, 'Unlock', first.id);
    const { fence } = await readLock('acme', PREVIEW);
    const second = await askRemoval(stage, 'acme');
    await removeThrough(stage, second.id, 'Queue');
    expect((await readLock('acme', PREVIEW)).fence).toBe(fence + 1);
  });

  it('keeps what a deployment that waits has settled, and lists its pilot once that has its turn', async () => {
    const plan = await known();
    const { id } = await askRemoval(stage, 'acme');
    await removeThrough(stage, id, 'RemoveStack');
    const waits = await waiting(plan);
    expect(await runRemoval(stage, 'Forget', id)).toMatchObject({ success: {} });
    expect(await findManifest(plan)).toEqual(MANIFEST);
    expect(await keysIn(partition('acme', PREVIEW))).toEqual(['DEPLOYMENT', 'DEPLOYMENT', 'LOCK', 'MANIFEST']);
    expect(await listPilots()).toEqual([]);
    await runRemoval(stage, 'Unlock', id);
    await row({ pk: 'PREVIEWS', sk: `acme#${PREVIEW}` });
    expect(await runRemoval(stage, 'Queue', waits)).toMatchObject({ success: {} });
    expect(await listPilots()).toMatchObject([whose()]);
  });

  it('keeps a manifest that somebody plans from after it was marked to go', async () => {
    const { pilot, environment, ...plan } = await known();
    const { id } = await askRemoval(stage, 'acme');
    await removeThrough(stage, id, 'RemoveStack');
    const { forgetManifests } = await import('../../../shared/ledger/manifests.ts');
    await forgetManifests({ pilot, environment }, id, async () => {
      await transact([manifestPlanned({ pilot, environment, ...plan }, MANIFEST)]);
      return [];
    });
    expect(await findManifest({ pilot, environment, ...plan })).toEqual(MANIFEST);
  });

  it('forgets nothing once the lock is somebody else’s', async () => {
    await known();
    const { id } = await askRemoval(stage, 'acme');
    await removeThrough(stage, id, 'RemoveStack');
    const { raiseFence } = await import('../../../shared/ledger/lock.ts');
    await raiseFence('acme', PREVIEW, id);
    expect(await runRemoval(stage, 'Forget', id)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('FENCED') },
    });
    expect(await get({ pk: partition('acme', PREVIEW), sk: 'EDGE' })).toBeUndefined();
    expect(await keysIn(partition('acme', PREVIEW))).toContain('RELEASE');
  });
});

describe('the end of a removal', () => {
  it('frees the lock, and tells that the pilot was removed and that nobody is served', async () => {
    await known();
    const { id } = await askRemoval(stage, 'acme');
    expect(await removeThrough(stage, id)).toMatchObject({ success: {} });
    expect(await stage.now(id)).toMatchObject({ status: 'succeeded', ending: { serving: null } });
    expect((await readLock('acme', PREVIEW)).owner).toBeUndefined();
    const { detail } = stage.events.find(({ name }) => name === 'DeploymentSucceeded') ?? {};
    expect(detail).toMatchObject({ deployment: id, serving: null, level: 'failures', trigger: { kind: 'remove' } });
    for (const unknown of ['release', 'url', 'commit']) expect(detail).not.toHaveProperty(unknown);
  });

  it('of one that failed half done tells that it failed, and of no release that serves', async () => {
    await known();
    const { id } = await askRemoval(stage, 'acme');
    await removeThrough(stage, id, 'Withdraw');
    const failure = { Error: 'States.Timeout', Cause: '' };
    await runRemoval(stage, 'RemoveStack', id);
    await runRemoval(stage, 'Unlock', id, { failure });
    expect(await stage.now(id)).toMatchObject({
      status: 'failed',
      ending: { serving: null, failure: { step: 'RemoveStack', code: 'DEADLINE' } },
    });
    expect((await readLock('acme', PREVIEW)).owner).toBeUndefined();
  });
});
