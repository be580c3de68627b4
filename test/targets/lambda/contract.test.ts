import { paginateListFunctions } from '@aws-sdk/client-lambda';
import { targetContract } from '../contract.ts';
import { answering, lambdaOf, makeBucket, requestOf, served, settling, useEmulator } from './world.ts';

useEmulator();
beforeAll(makeBucket);

targetContract(
  'lambda',
  async () => ({
    target: settling,
    request: (pilot, content) => requestOf(pilot, { 'index.js': answering(content) }),
    served,
    made: async (pilot) => {
      const pages = paginateListFunctions({ client: lambdaOf() }, { FunctionVersion: 'ALL' });
      const all = (await Array.fromAsync(pages)).flatMap(({ Functions = [] }) => Functions);
      return all
        .filter(({ FunctionName }) => FunctionName === `${pilot}-production`)
        .map(({ FunctionArn = '' }) => FunctionArn);
    },
  }),
  { isFree: true },
);
