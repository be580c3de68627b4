import { buildRoleOf } from '../../shared/building/role.ts';
import { madeOut, type Resource } from './made-out.ts';
import { type Call, type Caller, isAllowed, type Statement } from './policies.ts';

const HERE = 'eu-central-1:123456789012';
let policy: Statement[];
let project: Resource;
let size: number;

beforeAll(async () => {
  const variables = { resolveVariable: async () => 'pilotage-dev' };
  const resources: Record<string, Resource> = await require('../../stack/builds.cjs').resources(variables);
  const { BuildBoundary, BuildsProject } = resources;
  const made = madeOut(BuildBoundary?.Properties.PolicyDocument, { 'ManifestsBucket.Arn': 'arn:aws:s3:::manifests' });
  policy = (made as { Statement: Statement[] }).Statement;
  size = JSON.stringify(made).replace(/\s/g, '').length;
  project = BuildsProject as Resource;
});

/** The role that a pilot's code is built under, as Build makes it. */
function buildRole(pilot: string, environment = 'production'): Caller {
  Object.assign(process.env, {
    ACCOUNT: '123456789012',
    BUILD_PATH: '/pilotage-dev/builds/',
    BUILD_POLICY: 'arn:aws:iam::123456789012:policy/builds',
  });
  return { tags: buildRoleOf(pilot, environment).tags, policies: [policy], boundary: policy };
}

const needed = (pilot: string, environment = 'production'): Call[] => [
  {
    action: 's3:GetObjectVersion',
    resource: `arn:aws:s3:::manifests/builds/${pilot}/${environment}/${'a'.repeat(64)}/source.zip`,
  },
  {
    action: 's3:PutObject',
    resource: `arn:aws:s3:::manifests/builds/${pilot}/${environment}/${'a'.repeat(64)}/artifact-1.zip`,
  },
  { action: 's3:GetObject', resource: `arn:aws:s3:::manifests/builds/${pilot}/${environment}/cache/1` },
  { action: 'logs:PutLogEvents', resource: `arn:aws:logs:${HERE}:log-group:/pilotage/builds/${pilot}:log-stream:x` },
  { action: 'ecr:PutImage', resource: `arn:aws:ecr:${HERE}:repository/pilots/${pilot}/${environment}` },
  {
    action: 'secretsmanager:GetSecretValue',
    resource: `arn:aws:secretsmanager:${HERE}:secret:pilots/${pilot}/${environment}/npm-1`,
  },
  { action: 'ssm:GetParameters', resource: `arn:aws:ssm:${HERE}:parameter/pilots/${pilot}/${environment}/npm` },
];

describe('the code of a pilot, while it is built', () => {
  it('may do what a build needs', () => {
    for (const call of needed('acme')) expect([call, isAllowed(call, buildRole('acme'))]).toEqual([call, true]);
  });

  it('has nothing of another pilot’s, also of one whose name begins the same', () => {
    for (const call of [...needed('other'), ...needed('acme-shop')])
      expect([call, isAllowed(call, buildRole('acme'))]).toEqual([call, false]);
  });

  it('has no code, artifacts, cache, images or secrets of another environment’s', () => {
    // Both write to one log group, in which nothing can be changed.
    const others = needed('acme', 'staging').filter(({ action }) => action !== 'logs:PutLogEvents');
    for (const call of [...others, { action: 's3:PutObject', resource: others[2]?.resource ?? '' }])
      expect([call, isAllowed(call, buildRole('acme'))]).toEqual([call, false]);
  });

  it('of a pull request has what all the pilot’s previews share, and nobody else has', () => {
    const [, , , , , secret, parameter] = needed('acme', 'preview');
    const shared = [secret, parameter] as Call[];
    const own = needed('acme', 'pr12').slice(0, 5);
    for (const call of [...own, ...shared])
      expect([call, isAllowed(call, buildRole('acme', 'pr12'))]).toEqual([call, true]);
    for (const environment of ['production', 'staging', 'preprod', 'prod'])
      for (const call of shared) expect([call, isAllowed(call, buildRole('acme', environment))]).toEqual([call, false]);
    const [, , , , , theirs] = needed('acme-shop', 'preview');
    const [, , , , , productions] = needed('acme');
    for (const call of [theirs, productions] as Call[])
      expect([call, isAllowed(call, buildRole('acme', 'pr12'))]).toEqual([call, false]);
  });

  it('cannot change its own commit, nor write what Pilotage reads as the operator’s word or as a manifest', () => {
    const keys = [
      `builds/acme/production/${'a'.repeat(64)}/source.zip`,
      'operator.yaml',
      'pilots/acme/pilot.yaml',
      'pushes/acme/x',
    ];
    for (const key of keys) {
      const call = { action: 's3:PutObject', resource: `arn:aws:s3:::manifests/${key}` };
      expect([key, isAllowed(call, buildRole('acme'))]).toEqual([key, false]);
    }
  });

  it('may not take on a role, start builds or touch what runs', () => {
    for (const action of [
      'sts:AssumeRole',
      'iam:PassRole',
      'codebuild:StartBuild',
      'ecs:UpdateService',
      's3:DeleteObject',
    ])
      expect([action, isAllowed({ action, resource: '*' }, buildRole('acme'))]).toEqual([action, false]);
  });

  it('is held by a policy that IAM takes', () => {
    expect(size).toBeLessThan(6_144);
  });
});

describe('the project', () => {
  it('says nothing of any build, and does nothing where a build says nothing', () => {
    expect(project.Properties).toMatchObject({
      Name: 'pilotage-dev-builds',
      Artifacts: { Type: 'NO_ARTIFACTS' },
      Source: { Type: 'NO_SOURCE', BuildSpec: expect.stringContaining('"false"') },
    });
  });
});
