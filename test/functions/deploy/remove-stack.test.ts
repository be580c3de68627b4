import { setTimeout as pause } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { makeRepository } from '../../../shared/aws/repositories.ts';
import { attachPolicy, findRole, makeRole } from '../../../shared/aws/roles.ts';
import { executeChangeSet, makeChangeSet, readChangeSet } from '../../../shared/aws/stack-updates.ts';
import { findStack } from '../../../shared/aws/stacks.ts';
import { buildRoleOf } from '../../../shared/building/role.ts';
import { ownerTags } from '../../../shared/manifest/owner-tags.ts';
import { serviceRoleOf } from '../../../shared/provisioning/service-role.ts';
import { askRemoval, livePreview, PREVIEW, removeThrough, runRemoval, setRoles } from '../../support/removal.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
let cloudformation: CloudFormationClient;
beforeAll(async () => {
  stage = await setStage();
  setRoles();
  cloudformation = new CloudFormationClient({});
});
afterAll(() => stage.close());

const rolesOf = (pilot: string, environment = PREVIEW) => [
  serviceRoleOf(pilot, environment),
  buildRoleOf(pilot, environment),
];

/** All that is made beside what serves, for one pilot in one environment. */
async function make(pilot: string, environment = PREVIEW) {
  const whose = { pilot, environment };
  for (const role of rolesOf(pilot, environment)) {
    await makeRole(role);
    for (const policy of role.policies) await attachPolicy(role.name, policy);
  }
  const wanted = {
    stack: `${pilot}-${environment}`,
    name: 'pilotage-deploy-first',
    description: 'any',
    template: JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }),
    parameters: {},
    tags: ownerTags(whose),
    role: serviceRoleOf(pilot, environment).arn,
  };
  await makeChangeSet('CREATE', wanted);
  while ((await readChangeSet(wanted)).state !== 'ready') await pause(20);
  await executeChangeSet(wanted);
  while ((await findStack(wanted.stack))?.status !== 'CREATE_COMPLETE') await pause(20);
  await makeRepository(`pilots/${pilot}/${environment}`, ownerTags(whose));
  for (const key of [`builds/${pilot}/${environment}/k/source.zip`, `pushes/${pilot}/${environment}/c/pilot.yaml`])
    await stage.s3.send(new PutObjectCommand({ Bucket: stage.manifests, Key: key, Body: 'x' }));
}

async function left(pilot: string, environment = PREVIEW): Promise<string[]> {
  const stacks = await cloudformation.send(new DescribeStacksCommand({}));
  const roles = await Promise.all(rolesOf(pilot, environment).map(({ name }) => findRole(name)));
  const { repositories = [] } = await new ECRClient({}).send(new DescribeRepositoriesCommand({}));
  const objects = await stage.s3.send(new ListObjectsV2Command({ Bucket: stage.manifests }));
  return [
    ...(stacks.Stacks ?? [])
      .filter(
        ({ StackName, StackStatus }) => StackName === `${pilot}-${environment}` && StackStatus !== 'DELETE_COMPLETE',
      )
      .map(() => 'stack'),
    ...roles.filter(Boolean).map(() => 'role'),
    ...repositories
      .filter(({ repositoryName }) => repositoryName === `pilots/${pilot}/${environment}`)
      .map(() => 'images'),
    ...(objects.Contents ?? []).filter(({ Key = '' }) => Key.includes(`/${pilot}/${environment}/`)).map(() => 'object'),
  ];
}

describe('RemoveStack', () => {
  it('removes the stack, what was built, the images and both roles, and nothing of another environment', async () => {
    await livePreview(stage, 'acme');
    await Promise.all([make('acme'), make('acme', 'pr1'), make('acme-too')]);
    const all = ['stack', 'role', 'role', 'images', 'object', 'object'];
    expect(await left('acme')).toEqual([...all, 'object']);
    const { id } = await askRemoval(stage, 'acme');
    expect(await removeThrough(stage, id, 'RemoveStack')).toMatchObject({ success: {} });
    expect(await left('acme')).toEqual([]);
    expect([await left('acme', 'pr1'), await left('acme-too')]).toEqual([all, all]);
    expect((await stage.now(id)).facts).toMatchObject({ objects: 3 });
  });

  it('done twice, or where nothing was ever made, is done', async () => {
    const { id } = await askRemoval(stage, 'nothing');
    expect(await removeThrough(stage, id, 'RemoveStack')).toMatchObject({ success: {} });
    expect(await runRemoval(stage, 'RemoveStack', id)).toMatchObject({ success: {} });
  });

  it('leaves a role of that name which Pilotage did not make for it', async () => {
    const [role] = rolesOf('strange');
    if (!role) throw new Error('there is no role');
    await makeRole({ ...role, tags: {} });
    const { id } = await askRemoval(stage, 'strange');
    expect(await removeThrough(stage, id, 'RemoveStack')).toMatchObject({ success: {} });
    expect(await findRole(role.name)).toBeDefined();
  });
});
