import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { localFunctionUrl } from '../../../local/balancer/data-plane.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { until } from '../emulator/running.ts';

const FunctionName = 'function-url-test';
const template = {
  Resources: {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        ...{ FunctionName, Runtime: 'nodejs24.x', Handler: 'index.handler' },
        Role: 'arn:aws:iam::000000000000:role/any',
        Code: {
          ZipFile: 'exports.handler = async ({ rawPath }) => ({ statusCode: 201, body: "asked for " + rawPath })',
        },
      },
    },
  },
};

test('a function answers at the address that stands for its URL here', async () => {
  const endpoint = emulatorUrl();
  const client = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const cloudformation = new CloudFormationClient(client);
  const StackName = FunctionName;
  await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
  await until(async () => {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0]?.StackStatus === 'CREATE_COMPLETE';
  });
  const { FunctionUrl = '' } = await new LambdaClient(client).send(
    new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }),
  );

  const local = new URL('thumbnails/1', localFunctionUrl(endpoint, FunctionUrl));
  expect(local.hostname).toMatch(/^\w+\.lambda-url\.us-east-1\.localhost$/);
  const answer = await new Promise<[number | undefined, string]>((resolve, reject) => {
    const headers = { host: local.host };
    const asking = request({ host: '127.0.0.1', port: local.port, path: local.pathname, headers }, (response) => {
      text(response).then((body) => resolve([response.statusCode, body]), reject);
    });
    asking.on('error', reject).end();
  });
  expect(answer).toEqual([201, 'asked for /thumbnails/1']);
});
