import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { clientOf, runningEmulator } from '../emulator/running.ts';

/** How it ends when a user who may stop their own tasks stops one of theirs, and one that is nobody's. */
async function stopped(patches: string[] | undefined): Promise<string[]> {
  const { emulator, end } = await runningEmulator(patches && { patches });
  try {
    const [ecs, iam] = [new ECSClient(clientOf(emulator)), new IAMClient(clientOf(emulator))];
    const allowed = {
      ...{ Effect: 'Allow', Action: 'ecs:StopTask', Resource: 'arn:aws:ecs:us-east-1:000000000000:task/*' },
      Condition: { StringEquals: { 'aws:ResourceTag/whose': 'mine' } },
    };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allowed] });
    await iam.send(new CreateUserCommand({ UserName: 'one' }));
    await iam.send(new PutUserPolicyCommand({ UserName: 'one', PolicyName: 'all', PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'one' }));
    const [accessKeyId = '', secretAccessKey = ''] = [AccessKey?.AccessKeyId, AccessKey?.SecretAccessKey];
    const user = new ECSClient({ ...clientOf(emulator), credentials: { accessKeyId, secretAccessKey } });

    const containerDefinitions = [{ name: 'app', image: 'acme/shop:1' }];
    await ecs.send(new RegisterTaskDefinitionCommand({ family: 'shop', containerDefinitions }));
    const ends: string[] = [];
    for (const tags of [[{ key: 'whose', value: 'mine' }], []]) {
      const { tasks: [task] = [] } = await ecs.send(new RunTaskCommand({ taskDefinition: 'shop', tags }));
      const stopping = user.send(new StopTaskCommand({ task: task?.taskArn }));
      ends.push(
        await stopping.then(
          () => 'stopped',
          (error: Error) => error.name,
        ),
      );
    }
    return ends;
  } finally {
    await end();
  }
}

describe('whoever may stop tasks with a tag', () => {
  it('stops such tasks, and no others', async () => {
    expect(await stopped(undefined)).toEqual(['stopped', 'AccessDeniedException']);
  }, 60_000);

  it('stops none without ecs_task_tags', async () => {
    expect(await stopped([])).toEqual(['AccessDeniedException', 'AccessDeniedException']);
  }, 60_000);
});
