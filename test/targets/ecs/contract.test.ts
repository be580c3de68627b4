import { ecsTarget } from '../../../shared/targets/ecs/ecs.ts';
import type { Target } from '../../../shared/targets/target.ts';
import { targetContract } from '../contract.ts';
import { madeOf } from './made.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 300_000);
afterAll(() => world.close());

/** The target as the workflow sees it: with its stack provisioned, and what parks run again. */
const asDeployed = (): Target => ({
  ...ecsTarget,
  plan: async (request) => {
    const planned = await ecsTarget.plan(request);
    if ('outcome' in planned) return planned;
    const { stack } = await world.planStack(request.pilot);
    return { ...planned, stack };
  },
  prepare: async (plan, live, lease) => {
    for (;;) {
      const end = await ecsTarget.prepare(plan, live, lease);
      if (end.outcome !== 'parked') return end;
    }
  },
});

targetContract('ecs', async () => ({
  target: asDeployed(),
  request: async (pilot, content) => world.request(pilot, content),
  served: (pilot) => world.served(pilot),
  made: (pilot) => madeOf(world, pilot),
}));
