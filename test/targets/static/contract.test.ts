import { staticTarget } from '../../../shared/targets/static/static.ts';
import { zipOf } from '../../support/zip.ts';
import { targetContract } from '../contract.ts';
import { openWorld, SITES, served, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

targetContract(
  'static',
  async () => ({
    target: staticTarget,
    request: async (pilot, content) => world.request(pilot, await zipOf({ 'index.html': content, 'app.js': content })),
    served: async (pilot) => served(world, pilot),
    made: async (pilot) => [
      ...[...world.kvs.keys.keys()].filter((key) => key === pilot),
      ...[...world.s3.objects.keys()].filter((key) => key.startsWith(`${SITES}/sites/${pilot}/`)),
    ],
  }),
  { isFree: true },
);
