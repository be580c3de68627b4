import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { stableZip } from '../../../build/zip.ts';
import { type DeployStackOptions, deployStack } from '../../../local/stack/deploy.ts';
import { clientOf, runningEmulator } from '../emulator/running.ts';

let running: Awaited<ReturnType<typeof runningEmulator>>;
let home: string;
let options: DeployStackOptions;
let progress: string[];

beforeAll(async () => {
  running = await runningEmulator();
  home = await mkdtemp(join(tmpdir(), 'pilotage-stack-'));
  await mkdir(join(home, 'functions'));
}, 180_000);
afterAll(async () => {
  await running.end();
  await rm(home, { recursive: true, force: true });
});
beforeEach(() => {
  progress = [];
  options = {
    ...clientOf(running.emulator),
    stackName: 'acme',
    packageFolder: home,
    functionsFolder: join(home, 'functions'),
    onProgress: (line) => progress.push(line),
  };
});

const role = {
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
};
const hello = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'acme-hello',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: { S3Bucket: { Ref: 'Nowhere' }, S3Key: 'serverless/1795228321124/hello.zip' },
  },
};

async function packaged(answer: string, resources: object = {}) {
  const template = {
    Parameters: { Site: { Type: 'String', Default: 'localhost' } },
    Resources: { Role: role, Hello: hello, ...resources },
    Outputs: { Hello: { Value: { Ref: 'Hello' } }, Site: { Value: { Ref: 'Site' } } },
  };
  const code = `export const handler = async () => ${JSON.stringify(answer)};`;
  await writeFile(join(home, 'cloudformation-template-update-stack.json'), JSON.stringify(template));
  await writeFile(join(home, 'functions/hello.zip'), await stableZip(new Map([['index.mjs', Buffer.from(code)]])));
}
async function answer() {
  const { Payload } = await new LambdaClient(clientOf(running.emulator)).send(
    new InvokeCommand({ FunctionName: 'acme-hello' }),
  );
  return JSON.parse(Buffer.from(Payload ?? []).toString());
}

test('a packaged stack is created, left alone while it is the same, and updated when code changed', async () => {
  await packaged('one');
  const outputs = { Hello: 'acme-hello', Site: 'localhost' };
  expect(await deployStack(options)).toEqual({ deployed: true, changed: true, outputs });
  expect(progress).toContain('AWS::Lambda::Function Hello CREATE_COMPLETE');
  expect(await answer()).toBe('one');
  expect(await deployStack(options)).toEqual({ deployed: true, changed: false, outputs });

  await packaged('two');
  expect(await deployStack(options)).toEqual({ deployed: true, changed: true, outputs });
  expect(await answer()).toBe('two');
  expect(await deployStack({ ...options, parameters: { Site: 'example.com' } })).toMatchObject({
    changed: true,
    outputs: { Site: 'example.com' },
  });
});

test.each([
  ['a template that is not taken', { Wrong: { Type: 'AWS::No::Such' } }, 'AWS::No::Such'],
  [
    'a resource that fails',
    { Wrong: { Type: 'AWS::CloudFormation::WaitCondition', Properties: { Handle: 'none', Timeout: '1' } } },
    'Wrong (AWS::CloudFormation::WaitCondition): WaitCondition',
  ],
])('%s is named', async (name, resources, message) => {
  await packaged('one', resources);
  expect(await deployStack({ ...options, stackName: name.replaceAll(' ', '-') })).toMatchObject({
    deployed: false,
    problem: { code: 'STACK_FAILED', message: expect.stringContaining(message) },
  });
});
