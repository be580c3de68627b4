import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { deregisterTaskDefinition, listRevisions, updateService } from '../../shared/aws/ecs.ts';
import { lambda, listVersions } from '../../shared/aws/function-versions.ts';
import { createRule } from '../../shared/aws/load-balancers.ts';
import { letScale } from '../../shared/aws/scaling.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { beforeOf, leaseOf, planOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { derivedName } from '../../shared/manifest/derived-names.ts';
import { done, parked } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { ecsTarget } from '../../shared/targets/ecs/ecs.ts';
import { detailOf, POINTER } from '../../shared/targets/lambda/detail.ts';
import { versionOfRelease } from '../../shared/targets/lambda/versions.ts';
import type { Handlers } from './functions.ts';

/** Copies of steps that are wrong on purpose, for services and functions. */

const shifted = (id: string) => settle(id, { shifted: { weight: 100, at: new Date().toISOString() } });

/** Blue and the other colour, as a service's pointer told them before. */
function coloursOf(
  deployment: Deployment,
  pointer = beforeOf(deployment).pointer,
): ['blue' | 'green', 'blue' | 'green'] {
  return pointer?.startsWith('green') ? ['green', 'blue'] : ['blue', 'green'];
}

/** Lets blue have no more than so many tasks. */
async function shrinkBlue(deployment: Deployment, desiredCount: number, pointer?: string): Promise<void> {
  const { pilot, environment, stack } = planOf(deployment);
  const parts = [coloursOf(deployment, pointer)[0]];
  const service = derivedName('service', { pilot, environment, parts });
  await updateService({ cluster: stack?.Cluster, service, desiredCount });
}

/** Shift that stops the tasks that served before, as if nobody would ever go back. */
export const blueStoppedInShift: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) => {
    const moved = await ecsTarget.shift(planOf(deployment), beforeOf(deployment), 100, leaseOf(deployment));
    if (moved.outcome === 'growing') throw new Error('it does not grow');
    if (moved.outcome !== 'done') return moved;
    await shifted(deployment.id);
    await shrinkBlue(deployment, 0);
    return done();
  }) as never,
};

/** Shift that lets scaling take tasks of blue away as soon as blue has less to do. */
export const blueNotHeld: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) => {
    const { pilot, environment, stack } = planOf(deployment);
    const moved = await ecsTarget.shift(planOf(deployment), beforeOf(deployment), 50, leaseOf(deployment));
    if (moved.outcome === 'growing') throw new Error('it does not grow');
    if (moved.outcome !== 'done') return moved;
    const service = derivedName('service', { pilot, environment, parts: [coloursOf(deployment)[0]] });
    await letScale(`service/${stack?.Cluster}/${service}`, 1, 4);
    const after = (minutes: number) => new Date(Date.now() + minutes * 60_000);
    return parked('the bake', after(60), after(30));
  }) as never,
};

/** Prepare that makes room for green by stopping some of blue. */
export const blueStoppedInPrepare: Handlers = {
  'deploy-prepare': step('Prepare', async ({ deployment }) => {
    const plan = planOf(deployment);
    const before = await ecsTarget.live(plan);
    await settle(deployment.id, {}, { before, alreadyLive: false });
    if (before.pointer) await shrinkBlue(deployment, 1, before.pointer);
    return ecsTarget.prepare(plan, before, leaseOf(deployment));
  }) as never,
};

/** Shift that does not look whether green can answer, after a Verify that did not look either. */
export const healthIgnored: Handlers = {
  'deploy-verify': step('Verify', async ({ deployment }) => {
    await settle(deployment.id, { verified: planOf(deployment).release });
    return done();
  }) as never,
  'deploy-prepare': step('Prepare', async ({ deployment }) => {
    const plan = planOf(deployment);
    const before = await ecsTarget.live(plan);
    await settle(deployment.id, {}, { before, alreadyLive: false });
    const begun = await ecsTarget.prepare(plan, before, leaseOf(deployment));
    return begun.outcome === 'parked' ? done() : begun;
  }) as never,
  'deploy-shift': step('Shift', async ({ deployment }) => {
    const { Listener = '', BlueTargets = '', GreenTargets = '' } = planOf(deployment).stack ?? {};
    const [, green] = coloursOf(deployment);
    const weights = { [BlueTargets]: green === 'blue' ? 100 : 0, [GreenTargets]: green === 'green' ? 100 : 0 };
    const paths = ['/*', `/.pilotage/${leaseOf(deployment).fence}/${green}`];
    await createRule(Listener, 1, { paths, weights });
    await shifted(deployment.id);
    return done();
  }) as never,
};

/** Finish that retires the release which has just gone live. */
export const liveRetired: Handlers = {
  'deploy-finish': step('Finish', async ({ deployment }) => {
    const { pilot, environment, release } = planOf(deployment);
    const family = derivedName('task-family', { pilot, environment, parts: [release] });
    for (const arn of await listRevisions(family)) await deregisterTaskDefinition(arn);
    return done();
  }) as never,
};

/** Shift that moves an alias whatever it was when it was read, and does not ask whether it holds the lock. */
export const aliasMovedBlindly: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) => {
    const plan = planOf(deployment);
    const { function: FunctionName } = detailOf(plan);
    const { version } = versionOfRelease(await listVersions(FunctionName), plan.release) ?? {};
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName,
        Name: POINTER,
        FunctionVersion: version,
        Description: `Pilotage: fence ${leaseOf(deployment).fence}`,
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    );
    await shifted(deployment.id);
    return done();
  }) as never,
};
