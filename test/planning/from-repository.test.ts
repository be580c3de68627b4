import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Trigger } from '../../shared/events.ts';
import { accept } from '../../shared/ledger/deployments.ts';
import { findManifest } from '../../shared/ledger/manifests.ts';
import { uploadId } from '../../shared/names.ts';
import { type Provider, serveProvider } from '../support/git-host.ts';
import { steps } from '../support/journey.ts';
import { manifestOf } from '../support/manifest.ts';
import { allow, arrivedPush } from '../support/pushed.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
let provider: Provider;
beforeAll(async () => {
  stage = await setStage();
  provider = await serveProvider();
});
afterAll(() => Promise.all([stage.close(), provider.close()]));

const COMMIT = 'c'.repeat(40);
const ofRepository = (pilot: string, more = '') =>
  `apiVersion: pilotage/v1\nname: ${pilot}\ntarget: static\nsource: { git: { repository: github.com/acme/shop } }\n${more}`;

/** An upload that may tell of a commit. */
async function uploaded(pilot: string, manifest: string, commit?: string): Promise<string> {
  const [bucket, key, at] = [stage.manifests, `pilots/${pilot}/pilot.yaml`, new Date()];
  const put = await stage.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: manifest }));
  const version = String(put.VersionId);
  const id = uploadId(pilot, 'production', { bucket, key, version, at });
  const trigger: Trigger = { kind: 'upload', bucket, key, version, ...(commit !== undefined && { commit }) };
  await accept({ id, pilot, environment: 'production', trigger, requestedAt: at.toISOString() });
  return id;
}

const validate = (id: string) => stage.run(steps.validate, 'Validate', id);
const problemsOf = async (id: string) => {
  expect(await validate(id)).toMatchObject({ error: 'Refused' });
  const { failure } = await stage.now(id);
  return failure?.outcome === 'refused' ? failure.problems : [];
};
const codesOf = async (id: string) => (await problemsOf(id)).map(({ code, place }) => `${code} ${place?.path ?? ''}`);

describe('a manifest whose source is a repository', () => {
  beforeAll(async () => {
    await provider.connect('github.com/acme/shop', 'shop');
    await allow(stage, { shop: 'github.com/acme/shop', other: 'github.com/acme/other' });
  });

  it('settles what is to be built and what later steps go by, and no plan', async () => {
    const id = await uploaded('shop', ofRepository('shop', 'rollout: { steps: [50, 100], bake: 9s }\n'), COMMIT);
    expect(await validate(id)).toMatchObject({ success: {} });
    const { build, policy, plan, facts } = await stage.now(id);
    expect(build).toEqual({
      repository: 'github.com/acme/shop',
      connection: expect.stringMatching(/^[0-9a-f]{12}$/),
      commit: COMMIT,
      as: 'artifact',
    });
    expect(policy).toMatchObject({ commit: COMMIT, rollout: { steps: [50, 100], bake: 9 } });
    expect(plan).toBeUndefined();
    expect(facts).toEqual({ repository: 'github.com/acme/shop', commit: COMMIT });
    expect(await findManifest({ pilot: 'shop', environment: 'production', release: id })).toMatchObject({
      name: 'shop',
    });
  });

  it.each([undefined, 'c0ffee1', `${'c'.repeat(40)}0`])(
    'is refused without the full name of a commit: %s',
    async (commit) => {
      const [problem] = await problemsOf(await uploaded('shop', ofRepository('shop'), commit));
      expect(problem).toMatchObject({ code: 'COMMIT_MISSING', hint: expect.stringContaining('pilot deploy --commit') });
    },
  );

  it('is refused where the operator has not allowed it, or has connected no such repository', async () => {
    expect(await codesOf(await uploaded('other', ofRepository('other'), COMMIT))).toEqual([
      'REPOSITORY_FORBIDDEN source.git.repository',
    ]);
    const elsewhere = ofRepository('other').replace('acme/shop', 'acme/other');
    expect(await codesOf(await uploaded('other', elsewhere, COMMIT))).toEqual(['NOT_CONNECTED source.git.repository']);
  });

  it('cannot be brought by another repository, nor can one that is deployed from none', async () => {
    const repository = 'github.com/acme/other';
    await provider.connect(repository, 'other');
    for (const manifest of [ofRepository('shop'), manifestOf('shop').replace('site.zip', 's3://elsewhere/site.zip')]) {
      const { id } = await arrivedPush(stage, { pilot: 'shop', commit: COMMIT, manifest, repository });
      expect((await codesOf(id))[0]).toContain('REPOSITORY_OTHER');
    }
  });

  it('asks for spot only where the operator has a fleet, and for no token of its own', async () => {
    const manifest = ofRepository('shop', 'build: { spot: true }\n');
    process.env.BUILD_FLEET = '';
    expect(await codesOf(await uploaded('shop', manifest, COMMIT))).toEqual(['BUILD_FLEET_MISSING build.spot']);
    process.env.BUILD_FLEET = 'arn:aws:codebuild:us-east-1:000000000000:fleet/spot:1';
    expect(await validate(await uploaded('shop', manifest, COMMIT))).toMatchObject({ success: {} });
    const own = ofRepository('shop').replace('shop }', 'shop, connection: secret:git }');
    expect(await codesOf(await uploaded('shop', own, COMMIT))).toContain('NOT_YET source.git.connection');
  });

  it('is told at once what its target has against it, before anybody waits for a build', async () => {
    const long = `config: { values: { A: ${'x'.repeat(3_500)} } }\nlambda: { handler: index.handler }\n`;
    const id = await uploaded('shop', ofRepository('shop', long).replace('static', 'lambda'), COMMIT);
    const codes = await codesOf(id);
    expect(codes).toHaveLength(1);
    expect(codes[0]).not.toContain('ARTIFACT');
  });
});
