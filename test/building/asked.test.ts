import { startOf } from '../../shared/building/asked.ts';
import { buildspecOf } from '../../shared/building/buildspec.ts';
import { buildKey } from '../../shared/building/key.ts';
import { variableProblems } from '../../shared/building/variables.ts';
import { builtAs } from '../../shared/building/wanted.ts';
import type { BuildRow } from '../../shared/ledger/builds.ts';
import { resolvedFrom } from '../support/manifest.ts';

beforeAll(() => {
  Object.assign(process.env, {
    ...{ ACCOUNT: '123456789012', AWS_REGION: 'eu-central-1', MANIFESTS_BUCKET: 'manifests' },
    ...{ BUILD_PROJECT: 'builds', BUILD_PATH: '/x/builds/', BUILD_POLICY: 'arn:aws:iam::123456789012:policy/b' },
    BUILD_FLEET: 'arn:aws:codebuild:eu-central-1:123456789012:fleet/spot:1',
  });
});

const manifestWith = (build: object, target = 'static', git: object = {}) =>
  resolvedFrom({
    ...{ apiVersion: 'pilotage/v1', name: 'acme', target },
    source: { git: { repository: 'github.com/acme/shop', ...git } },
    build,
    ...(target === 'lambda' && !('dockerfile' in build) && { lambda: { handler: 'index.handler' } }),
  });
const building = { repository: 'github.com/acme/shop', connection: '0123456789ab', commit: 'a'.repeat(40) };
const row: BuildRow = { key: 'k'.repeat(64), attempt: 2, by: 'd', at: '', state: 'building', source: 'v1' };
const askedWith = (build: object, target?: string, git?: object, of = row) => {
  const manifest = manifestWith(build, target, git);
  const as = builtAs(manifest);
  return startOf({ pilot: 'acme', environment: 'production', building: { ...building, as }, manifest }, of);
};

describe('what CodeBuild is asked for', () => {
  it('is an artifact of its own for each attempt, on the machine that the manifest asks for', () => {
    expect(
      askedWith({ size: 'large', runsOn: 'aws/codebuild/amazonlinux-x86_64-standard:5.0', timeout: '2h' }),
    ).toMatchObject({
      artifactsOverride: {
        location: 'manifests',
        path: `builds/acme/production/${row.key}`,
        name: 'artifact-2.zip',
        packaging: 'ZIP',
      },
      cacheOverride: { type: 'S3', location: 'manifests/builds/acme/production/cache' },
      environmentTypeOverride: 'LINUX_CONTAINER',
      computeTypeOverride: 'BUILD_GENERAL1_LARGE',
      timeoutInMinutesOverride: 120,
      sourceVersion: 'v1',
    });
  });

  it('is an image with a tag that no other build has, for a service and where a Dockerfile is named', () => {
    const asked = askedWith({ dockerfile: 'docker/Dockerfile' }, 'ecs', { folder: 'apps/web' });
    expect(asked).toMatchObject({ artifactsOverride: { type: 'NO_ARTIFACTS' }, privilegedModeOverride: true });
    const variables = Object.fromEntries(
      (asked.environmentVariablesOverride ?? []).map(({ name, value }) => [name, value]),
    );
    expect(variables.PILOTAGE_IMAGE).toEqual(
      expect.stringMatching(
        /^123456789012\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/pilots\/acme\/production:a{12}-k{12}-2-[0-9a-f]{8}$/,
      ),
    );
    expect(JSON.parse(asked.buildspecOverride ?? '').phases.build.commands).toEqual([
      'cd apps/web',
      expect.stringContaining('docker login'),
      'docker build --file docker/Dockerfile --tag "$PILOTAGE_IMAGE" .',
      'docker push "$PILOTAGE_IMAGE"',
    ]);
    expect(builtAs(manifestWith({ dockerfile: 'Dockerfile' }, 'lambda'))).toBe('image');
    expect(builtAs(manifestWith({}, 'lambda'))).toBe('artifact');
  });

  it('names references, which CodeBuild follows, and never holds a secret', () => {
    const { environmentVariablesOverride } = askedWith({
      variables: { A: 'text', B: 'ssm:npm', C: 'secret:npm#token' },
    });
    expect(environmentVariablesOverride).toEqual(
      expect.arrayContaining([
        { name: 'A', value: 'text', type: 'PLAINTEXT' },
        { name: 'B', value: '/pilots/acme/production/npm', type: 'PARAMETER_STORE' },
        { name: 'C', value: 'pilots/acme/production/npm:token', type: 'SECRETS_MANAGER' },
      ]),
    );
  });

  it('runs on the operator’s fleet where the manifest asks for spot', () => {
    expect(askedWith({ spot: true }).fleetOverride).toEqual({ fleetArn: process.env.BUILD_FLEET });
    expect(askedWith({}).fleetOverride).toBeUndefined();
  });

  it('has a tag, a marker and a token of its own also where attempts are counted from 1 again', () => {
    const told = ({ environmentVariablesOverride: all = [], idempotencyToken }: ReturnType<typeof startOf>) => [
      ...all.filter(({ name }) => name === 'PILOTAGE_IMAGE' || name === 'PILOTAGE_BUILD').map(({ value }) => value),
      idempotencyToken,
    ];
    const [first, later] = ['2026-01-01T00:00:00.000Z', '2026-05-01T00:00:00.000Z'].map((at) =>
      told(askedWith({}, 'ecs', {}, { ...row, at })),
    );
    expect(first).toHaveLength(3);
    expect(first?.filter((one) => later?.includes(one))).toEqual([]);
    expect(told(askedWith({}, 'ecs'))).toEqual(told(askedWith({}, 'ecs')));
  });

  it('makes images of nothing that a machine kept of other builds, whoever made them', () => {
    expect(askedWith({}, 'ecs').cacheOverride).toEqual({ type: 'NO_CACHE' });
    const onFleet = askedWith({ spot: true }, 'ecs');
    expect(onFleet.cacheOverride).toEqual({ type: 'NO_CACHE' });
    expect(JSON.parse(onFleet.buildspecOverride ?? '').phases.build.commands.slice(1, 3)).toEqual([
      'docker system prune --all --force --volumes',
      'docker build --no-cache --pull --file Dockerfile --tag "$PILOTAGE_IMAGE" .',
    ]);
  });

  it('keeps nothing between builds where the manifest says so', () => {
    expect(askedWith({ cache: false }).cacheOverride).toEqual({ type: 'NO_CACHE' });
  });
});

describe('the buildspec', () => {
  it('is the repository’s own where the manifest names one', () => {
    const manifest = manifestWith({ buildspec: 'ci/buildspec.yml' }, 'static', { folder: 'web' });
    expect(buildspecOf({ as: 'artifact' }, manifest)).toBe('web/ci/buildspec.yml');
  });

  it('takes the folder itself where nothing is said of an output, and every word as it is', () => {
    const spec = JSON.parse(
      buildspecOf({ as: 'artifact' }, manifestWith({ commands: [['echo', "it's; rm -rf $HOME"]] })),
    );
    expect(spec.phases.build.commands).toEqual([`echo 'it'\\''s; rm -rf $HOME'`]);
    expect(spec.artifacts).toEqual({ files: ['**/*'] });
  });
});

describe('the key of a build', () => {
  const keyOf = (build: object, commit = 'a'.repeat(40), environment = 'production', target = 'static') => {
    const manifest = manifestWith(build, target);
    return buildKey({ ...building, commit, as: builtAs(manifest) }, manifest, environment);
  };

  it('is the same for the same inputs', () => {
    expect(keyOf({ output: 'dist' })).toMatch(/^[0-9a-f]{64}$/);
    expect(keyOf({ output: 'dist', timeout: '5m', cache: false })).toBe(keyOf({ output: 'dist' }));
  });

  it('is another for whatever may change what is built', () => {
    const others = [
      keyOf({ output: 'dist' }),
      keyOf({ output: 'dist' }, 'b'.repeat(40)),
      keyOf({ output: 'out' }),
      // Commands are told the environment.
      keyOf({ output: 'dist' }, undefined, 'staging'),
      keyOf({ output: 'dist', commands: [['npm', 'ci']] }),
      keyOf({ output: 'dist', runsOn: 'aws/codebuild/standard:7.0' }),
      keyOf({ output: 'dist', variables: { A: '1' } }),
      keyOf({ output: 'dist', variables: { A: 'ssm:a' } }),
      keyOf({ output: 'dist', variables: { A: 'ssm:a' } }, undefined, 'staging'),
      keyOf({}, undefined, 'production', 'ecs'),
      keyOf({}, undefined, 'staging', 'ecs'),
    ];
    expect(new Set(others).size).toBe(others.length);
  });
});

describe('variables', () => {
  const problemsOf = (variables: Record<string, string>) =>
    variableProblems({
      ok: true,
      manifest: manifestWith({ variables }),
      environments: [],
      isWritten: () => true,
      placeOf: (path) => ({ file: path.join('.') }),
    }).map(({ code, place }) => `${code} ${place?.file}`);

  it('that others set, or that a build’s role cannot read, are refused', () => {
    expect(
      problemsOf({ AWS_REGION: 'x', PILOTAGE_BUILD: 'x', A: 'stack-output:net.Vpc', B: 'secret:/shared/b' }),
    ).toEqual(['AWS_REGION', 'PILOTAGE_BUILD', 'A', 'B'].map((name) => `BUILD_VARIABLE build.variables.${name}`));
    expect(problemsOf({ NODE_ENV: 'production', TOKEN: 'secret:npm' })).toEqual([]);
  });
});
