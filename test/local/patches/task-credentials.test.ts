import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { tellImages } from '../../../local/tasks/images.ts';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

/** Reads the secret that its role may read, then one that it may not; the SDK finds region and credentials by itself. */
const READS = `
const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');
const read = (SecretId) => new SecretsManagerClient({ maxAttempts: 1 }).send(new GetSecretValueCommand({ SecretId }));
const code = async () => {
  const own = await read('own').then(({ SecretString }) => SecretString === 'value', () => false);
  if (!own) return 3;
  return read('other').then(() => 4, ({ name }) => name === 'AccessDeniedException' ? 7 : 5);
};
code().then(process.exit);
`;
const account = '000000000000';

async function codeOfTask(patches: string[] | undefined): Promise<number | undefined> {
  const { emulator, end } = await runningEmulator(patches && { patches });
  try {
    const options = clientOf(emulator);
    const [ecs, iam, secrets] = [new ECSClient(options), new IAMClient(options), new SecretsManagerClient(options)];
    for (const Name of ['own', 'other']) await secrets.send(new CreateSecretCommand({ Name, SecretString: 'value' }));
    const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const by = { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' };
    await iam.send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: document(by) }));
    const Resource = `arn:aws:secretsmanager:us-east-1:${account}:secret:own-*`;
    const PolicyDocument = document({ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'one', PolicyDocument }));

    await tellImages(emulator.url, {
      'acme/reads:1': { command: [process.execPath, '-e', READS], cwd: __dirname },
    });
    await ecs.send(new CreateClusterCommand({ clusterName: 'own' }));
    const definition = { family: 'reads', taskRoleArn: `arn:aws:iam::${account}:role/reader` };
    const containerDefinitions = [{ name: 'app', image: 'acme/reads:1' }];
    await ecs.send(new RegisterTaskDefinitionCommand({ ...definition, containerDefinitions }));
    const { tasks: [task] = [] } = await ecs.send(new RunTaskCommand({ cluster: 'own', taskDefinition: 'reads' }));
    return await until(async () => {
      const now = { cluster: 'own', tasks: [task?.taskArn ?? ''] };
      const { tasks: [one] = [] } = await ecs.send(new DescribeTasksCommand(now));
      return one?.lastStatus === 'STOPPED' ? one.containers?.[0]?.exitCode : undefined;
    });
  } finally {
    await end();
  }
}

describe('a task with a role', () => {
  it('reads what its role may read, and nothing else', async () => {
    expect(await codeOfTask(undefined)).toBe(7);
  }, 60_000);

  it('reads nothing without ecs_task_credentials', async () => {
    expect(await codeOfTask(['ecs_processes'])).toBe(3);
  }, 60_000);
});
