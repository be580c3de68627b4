import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
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
      const { Functions = [] } = await lambdaOf().send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }));
      return Functions.filter(({ FunctionName }) => FunctionName === `${pilot}-production`).map(
        ({ FunctionArn = '' }) => FunctionArn,
      );
    },
  }),
  { isFree: true },
);
