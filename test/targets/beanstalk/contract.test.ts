import { targetContract } from '../contract.ts';
import { openWorld, type World } from './world.ts';

let world: World;
afterAll(() => world.close());

targetContract(
  'beanstalk',
  async () => {
    world = await openWorld();
    return world;
  },
  { shares: [] },
);
