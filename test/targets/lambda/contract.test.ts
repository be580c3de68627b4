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
      const made: string[] = [];
      for await (const { Functions = [] } of paginateListFunctions({ client: lambdaOf() }, { FunctionVersion: 'ALL' }))
        for (const { FunctionName, FunctionArn = '' } of Functions)
          if (FunctionName === `${pilot}-production`) made.push(FunctionArn);
      return made;
    },
  }),
  { isFree: true },
);
