import {
  CreateAliasCommand,
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { clientOf, runningEmulator } from '../../local/emulator/running.ts';
import { zipOf } from '../../support/zip.ts';

const CALLS = 60;

/** When the first of these fails, a newer release of the emulator needs the patch no longer. */
it.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: ['alias_weights'] },
])('alias_weights: both versions of an alias are called, patched: $patched', async ({ patched, patches }) => {
  const running = await runningEmulator({ patches, auth: false });
  try {
    const lambda = new LambdaClient(clientOf(running.emulator));
    const FunctionName = 'weighted';
    const Role = 'arn:aws:iam::000000000000:role/acme';
    const ZipFile = await zipOf({ 'index.js': 'exports.handler = async () => 1;' });
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile },
      }),
    );
    await lambda.send(new PublishVersionCommand({ FunctionName }));
    const second = await zipOf({ 'index.js': 'exports.handler = async () => 2;' });
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: second }));
    await lambda.send(new PublishVersionCommand({ FunctionName }));
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.5 } };
    await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1', RoutingConfig }));

    const answers = new Set<string>();
    for (let call = 0; call < CALLS; call += 1) {
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName, Qualifier: 'live' }));
      answers.add(Buffer.from(Payload ?? []).toString());
    }
    expect([...answers].sort()).toEqual(patched ? ['1', '2'] : ['1']);
  } finally {
    await running.end();
  }
});
