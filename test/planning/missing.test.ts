import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { loadManifest } from '../../shared/manifest/load.ts';
import { missing } from '../../shared/planning/missing.ts';
import { referencesIn } from '../../shared/planning/references-in.ts';
import { emulatorUrl } from '../support/emulator.ts';

const PILOT = 'missing-test';
const STACK = 'missing-test-network';

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
  });
  const [secrets, parameters, stacks] = [new SecretsManagerClient(), new SSMClient(), new CloudFormationClient()];
  const own = (name: string) => `pilots/${PILOT}/production/${name}`;
  for (const name of ['db', 'old'])
    await secrets.send(new CreateSecretCommand({ Name: own(name), SecretString: 'no business of this test' }));
  await secrets.send(new DeleteSecretCommand({ SecretId: own('old') }));
  const said = { Type: 'SecureString', Value: 'no business of this test' } as const;
  await parameters.send(new PutParameterCommand({ Name: `/${own('smtp')}`, ...said }));
  const template = {
    Resources: { Topic: { Type: 'AWS::SNS::Topic' } },
    Outputs: { TopicName: { Value: 'topic' }, VpcId: { Value: 'vpc-1' } },
  };
  await stacks.send(new CreateStackCommand({ StackName: STACK, TemplateBody: JSON.stringify(template) }));
  await waitUntilStackCreateComplete({ client: stacks, maxWaitTime: 20, minDelay: 1 }, { StackName: STACK });
});

async function problemsOf(references: string[]) {
  const values = references.map((reference, index) => `    V${index}: ${reference}\n`).join('');
  const text = `apiVersion: pilotage/v1
name: ${PILOT}
target: ecs
source: { image: "acme/shop:1" }
config:
  values:
${values}`;
  const loaded = loadManifest(new TextEncoder().encode(text), 'pilot.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const where = { environment: 'production', account: '000000000000', region: 'us-east-1' };
  return missing(loaded, referencesIn(loaded.manifest), where);
}

describe('references', () => {
  it('to what is there are no trouble', async () => {
    expect(await problemsOf(['secret:db', 'secret:db#password', 'ssm:smtp', `stack-output:${STACK}.VpcId`])).toEqual(
      [],
    );
  });

  it('to what is not there are told with their place, and how to make it, without a value', async () => {
    expect(await problemsOf(['secret:bd', 'ssm:/shared/smtp'])).toEqual([
      {
        code: 'REFERENCE_MISSING',
        message: `there is no secret pilots/${PILOT}/production/bd`,
        expected: 'it to be there before secret:bd is deployed',
        hint: `aws secretsmanager create-secret --name pilots/${PILOT}/production/bd --secret-string file://VALUE --region us-east-1`,
        place: { file: 'pilot.yaml', line: 7, column: 5, path: 'config.values.V0' },
      },
      {
        code: 'REFERENCE_MISSING',
        message: 'there is no parameter /shared/smtp',
        expected: 'it to be there before ssm:/shared/smtp is deployed',
        hint: 'aws ssm put-parameter --type SecureString --name /shared/smtp --value file://VALUE --region us-east-1',
        place: { file: 'pilot.yaml', line: 8, column: 5, path: 'config.values.V1' },
      },
    ]);
  });

  it('to a deleted secret tell how to bring it back', async () => {
    const [problem] = await problemsOf(['secret:old']);
    expect(problem).toMatchObject({ code: 'REFERENCE_MISSING', hint: expect.stringContaining('restore-secret') });
  });

  it('to an output that a stack does not have name those that it has', async () => {
    expect(await problemsOf([`stack-output:${STACK}.VpcID`, 'stack-output:no-such-stack.VpcId'])).toMatchObject([
      {
        code: 'REFERENCE_MISSING',
        message: `the stack ${STACK} has no output VpcID`,
        expected: 'TopicName, VpcId',
        hint: 'did you mean VpcId?',
      },
      { code: 'REFERENCE_MISSING', message: 'there is no stack no-such-stack' },
    ]);
  });
});
