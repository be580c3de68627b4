import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { handler as start } from '../../../functions/entrances/start.ts';
import { handler as upload } from '../../../functions/entrances/upload.ts';
import { findDeployment } from '../../../shared/ledger/deployments.ts';
import { listRunning } from '../../../shared/ledger/parking.ts';
import { requestId } from '../../../shared/names.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => {
  stage.events.length = 0;
  stage.started.length = 0;
});
afterAll(() => stage.close());

const put = (key: string, metadata: Record<string, string> = {}) =>
  stage.s3.send(
    new PutObjectCommand({ Bucket: stage.manifests, Key: key, Body: String(Math.random()), Metadata: metadata }),
  );
const created = (key: string, version?: string) =>
  upload({ detail: { bucket: { name: stage.manifests }, object: { key, 'version-id': version } } } as Parameters<
    typeof upload
  >[0]);
const requested = (detail: unknown) => start({ detail } as Parameters<typeof start>[0]);
const asked = () => stage.events.filter(({ name }) => name === 'DeploymentRequested').map(({ detail }) => detail);

describe('an upload', () => {
  it('asks for the deployment of the version that lies there', async () => {
    const { VersionId } = await put('pilots/acme/pilot.yaml', { 'requested-by': 'ada@laptop', commit: '12e4567' });
    await created('pilots/acme/pilot.yaml');
    expect(asked()).toMatchObject([
      {
        pilot: 'acme',
        environment: 'production',
        deployment: expect.stringMatching(/^acme_production_/),
        trigger: { kind: 'upload', version: VersionId, requestedBy: 'ada@laptop', commit: '12e4567' },
      },
    ]);
  });

  it('says that no alarm shall stop it, where whoever uploaded said so', async () => {
    await put('pilots/bold/pilot.yaml', { 'ignore-alarms': 'true' });
    await created('pilots/bold/pilot.yaml');
    const [detail] = asked();
    expect(detail?.trigger).toMatchObject({ kind: 'upload', ignoreAlarms: true });
    await requested(detail);
    const accepted = await findDeployment(String(detail?.deployment));
    expect(accepted?.trigger).toMatchObject({ ignoreAlarms: true });
  });

  it('says that it goes live even while the pilot is kept offline, where whoever uploaded said so', async () => {
    await put('pilots/online/pilot.yaml', { online: 'true' });
    await created('pilots/online/pilot.yaml');
    const [detail] = asked();
    expect(detail?.trigger).toMatchObject({ kind: 'upload', online: true });
    await requested(detail);
    expect((await findDeployment(String(detail?.deployment)))?.trigger).toMatchObject({ online: true });
  });

  it.each(['offline', 'online'])('takes a request to go %s as it is', async (kind) => {
    const request = '2026-11-21T02:50:11Z/0f8fad5b-d9cb-469f-a165-70867728950e';
    const id = requestId('gone', 'production', `${request}${kind}`);
    const trigger = { kind, request, requestedBy: 'ada@laptop', ...(kind === 'offline' && { page: 'Back at four.' }) };
    const requestedAt = '2026-11-21T02:50:11.000Z';
    await requested({ deployment: id, pilot: 'gone', environment: 'production', requestedAt, trigger } as never);
    expect((await findDeployment(id))?.trigger).toEqual(trigger);
  });

  it('asks for the same deployment however often its event comes', async () => {
    const { VersionId } = await put('pilots/often/pilot.yaml');
    for (const version of [VersionId, undefined, VersionId]) await created('pilots/often/pilot.yaml', version);
    expect(new Set(asked().map(({ deployment }) => deployment)).size).toBe(1);
  });

  it('whose event comes late asks for what lies there now too, and for its own version, which has its record so', async () => {
    const old = await put('pilots/late/pilot.yaml');
    const newer = await put('pilots/late/pilot.yaml', { 'artifact-version': 'a2' });
    await created('pilots/late/pilot.yaml', old.VersionId);
    expect(asked().map(({ trigger }) => trigger)).toMatchObject([
      { version: old.VersionId },
      { version: newer.VersionId, artifactVersion: 'a2' },
    ]);
  });

  it('into an environment’s folder is for that environment', async () => {
    await put('pilots/acme/staging/pilot.yaml');
    await created('pilots/acme/staging/pilot.yaml');
    expect(asked()).toMatchObject([{ pilot: 'acme', environment: 'staging' }]);
  });

  it('that was deleted meanwhile asks for nothing', async () => {
    await put('pilots/deleted/pilot.yaml');
    await stage.s3.send(new DeleteObjectCommand({ Bucket: stage.manifests, Key: 'pilots/deleted/pilot.yaml' }));
    await created('pilots/deleted/pilot.yaml');
    expect(asked()).toEqual([]);
  });

  it('into a folder that no pilot can have is rejected in words', async () => {
    await created('pilots/ACME/pilot.yaml');
    expect(stage.events).toMatchObject([{ name: 'Rejected', detail: { problems: [{ code: 'PILOT_NAME' }] } }]);
  });
});

describe('a request', () => {
  const request = {
    deployment: 'acme_production_20261121T000000Z-0123456789ab',
    pilot: 'acme',
    environment: 'production',
    requestedAt: '2026-11-21T00:00:00.000Z',
    trigger: { kind: 'upload', bucket: 'b', key: 'pilots/acme/pilot.yaml', version: 'v1' },
  };

  it('ten times gives one execution and nine recorded duplicates', async () => {
    for (let time = 0; time < 10; time++) await requested(request);
    expect(stage.started).toHaveLength(1);
    expect(stage.started).toMatchObject([{ name: request.deployment, input: { deployment: request.deployment } }]);
    expect(stage.events.filter(({ name }) => name === 'DuplicateIgnored')).toHaveLength(9);
    expect(await findDeployment(request.deployment)).toMatchObject({ status: 'running', trigger: request.trigger });
    expect((await listRunning()).filter(({ id }) => id === request.deployment)).toHaveLength(1);
  });

  it('that was recorded but not started is started when it comes again', async () => {
    const cut = { ...request, deployment: 'acme_production_20261121T000001Z-0123456789ab' };
    stage.failing.StartExecution = 4;
    await expect(requested(cut)).rejects.toThrow();
    await requested(cut);
    expect(stage.started).toMatchObject([{ name: cut.deployment }]);
  });

  it.each([
    ['nothing', {}],
    ['another pilot’s id', { ...request, pilot: 'other' }],
    ['an id that is none', { ...request, deployment: 'acme' }],
    ['an unknown trigger', { ...request, trigger: { kind: 'magic' } }],
  ])('with %s starts nothing', async (_, detail) => {
    await requested(detail);
    expect(stage.started).toEqual([]);
  });
});
