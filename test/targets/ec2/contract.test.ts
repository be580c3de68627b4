import { targetContract } from '../contract.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 300_000);
afterAll(() => world.close());

targetContract('ec2', async () => ({
  target: world.target,
  request: (pilot, content) => world.request(pilot, content),
  served: (pilot) => world.served(pilot),
}));
