import { targetContract } from '../contract.ts';
import { answering, makeBucket, requestOf, served, settling, useEmulator } from './world.ts';

useEmulator();
beforeAll(makeBucket);

targetContract(
  'lambda',
  async () => ({
    target: settling,
    request: (pilot, content) => requestOf(pilot, { 'index.js': answering(content) }),
    served,
  }),
  { isFree: true },
);
