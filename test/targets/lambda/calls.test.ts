import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import { leaseUnder } from '../../support/lease.ts';
import { type Between, standBetween } from './between.ts';
import { answering, deployed, makeBucket, planned, requestOf, settled, useEmulator } from './world.ts';

let between: Between;
beforeAll(async () => {
  between = await standBetween();
  useEmulator(between.url);
  await makeBucket();
});
afterAll(() => between.close());

it('asks AWS at most 25 times for a release of other code', async () => {
  await deployed(await requestOf('acme', { 'index.js': answering('one') }), 1);
  const request = await requestOf('acme', { 'index.js': answering('two') });
  const lease = leaseUnder(2);

  between.asked.length = 0;
  const plan = await planned(request);
  const before = await lambdaTarget.live(plan);
  expect(await settled(() => lambdaTarget.prepare(plan, before, lease))).toMatchObject({ outcome: 'done' });
  expect(await lambdaTarget.look(plan)).toEqual({ state: 'ready' });
  expect(await lambdaTarget.shift(plan, before, 100, lease)).toMatchObject({ outcome: 'done' });
  expect(await lambdaTarget.rest(plan, before, new Date(), lease)).toMatchObject({ outcome: 'done' });
  expect(between.asked.length).toBeLessThanOrEqual(25);
  // So little that it was seen to do something.
  expect(between.asked.filter((asked) => !asked.startsWith('GET'))).toHaveLength(5);
});
