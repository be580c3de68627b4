import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { transact } from '../../../shared/aws/table.ts';
import { manifestPlanned } from '../../../shared/ledger/manifests.ts';
import { listReleases } from '../../../shared/ledger/releases.ts';
import { ecsTarget } from '../../../shared/targets/ecs/ecs.ts';
import source from '../../../templates/parts/settings-writer.json' with { type: 'json' };
import { emulatorUrl } from '../../support/emulator.ts';
import { goThrough, steps, uploadSite } from '../../support/journey.ts';
import { resolvedFrom } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { zipOf } from '../../support/zip.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

describe('Configure', () => {
  it('has nothing to do for a target whose releases bring their configuration along', async () => {
    const { id } = await uploadSite(stage, 'plain', { 'index.html': 'x' });
    await goThrough(stage, id, 'Provision');
    expect(await stage.run(steps.configure, 'Configure', id)).toMatchObject({ success: {} });
  });
});

describe('Configure of a service with a file of settings', () => {
  const CANARY = `canary-${randomUUID()}`;
  const WRITER = `shop-${randomUUID().slice(0, 8)}--settings`;
  let root: string;
  let fileSystem: string;
  let said: string[];
  beforeAll(async () => {
    // Functions are real ones here.
    process.env.AWS_ENDPOINT_URL_LAMBDA = emulatorUrl();
    root = mkdtempSync(join(tmpdir(), 'pilotage-volume-'));
    const Name = 'pilots/quiet/production/smtp';
    await new SecretsManagerClient({}).send(new CreateSecretCommand({ Name, SecretString: CANARY }));
    await new LambdaClient({}).send(
      new CreateFunctionCommand({
        ...{ FunctionName: WRITER, Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: 30 },
        Role: 'arn:aws:iam::000000000000:role/shop-production--settings',
        Code: { ZipFile: await zipOf({ 'index.js': source.code }) },
        Environment: { Variables: { ROOT: root } },
      }),
    );
    const made = await fetch(`${emulatorUrl()}/2015-02-01/file-systems`, {
      method: 'POST',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/elasticfilesystem/aws4_request' },
      body: JSON.stringify({ CreationToken: WRITER }),
    });
    fileSystem = ((await made.json()) as { FileSystemId: string }).FileSystemId;
  }, 60_000);
  afterAll(() => rmSync(root, { recursive: true }));
  beforeEach(() => {
    said = [];
    for (const stream of ['stdout', 'stderr'] as const)
      jest.spyOn(process[stream], 'write').mockImplementation((text) => said.push(String(text)) > 0);
    for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const)
      jest.spyOn(console, level).mockImplementation((...words) => void said.push(JSON.stringify(words)));
  });
  afterEach(() => jest.restoreAllMocks());

  /** A deployment of such a service as it stands after Provision. */
  async function provisioned(pilot: string, values: object): Promise<{ id: string; release: string }> {
    const { id } = await uploadSite(stage, pilot, { 'index.html': 'x' });
    await goThrough(stage, id, 'Provision');
    const manifest = resolvedFrom({
      ...{ apiVersion: 'pilotage/v1', name: pilot, target: 'ecs' },
      source: { image: `acme/shop@sha256:${'a'.repeat(64)}` },
      config: { file: 'settings.yaml', values },
      secrets: { SMTP: 'secret:smtp' },
    });
    const from = { bucket: 'uploads', key: `pilots/${pilot}/pilot.yaml` };
    const planned = await ecsTarget.plan({ pilot, environment: 'production', manifest, from });
    if ('outcome' in planned) throw new Error(JSON.stringify(planned.problems));
    const balancing = 'arn:aws:elasticloadbalancing:us-east-1:000000000000';
    const stack = {
      ...{ Cluster: 'shop', ExecutionRole: 'arn:1', TaskRole: 'arn:2', Logs: 'logs', Subnets: 'subnet-1' },
      ...{ TargetsGroup: 'sg-1', FileSystem: fileSystem, AccessPoint: 'fsap-1', SettingsWriter: WRITER },
      ...{ Listener: `${balancing}:listener/app/shop/1/2`, BlueTargets: 'blue', GreenTargets: 'green' },
    };
    await stage.given(id, { plan: { ...planned, stack } });
    await transact([manifestPlanned(planned, manifest)]);
    return { id, release: planned.release };
  }

  it('writes what the manifest says, again without harm, and remembers to remove it', async () => {
    const { id, release } = await provisioned('shop', { b: [1], a: { port: 25 } });
    for (let time = 0; time < 2; time += 1)
      expect(await stage.run(steps.configure, 'Configure', id)).toMatchObject({ success: {} });
    expect(readFileSync(join(root, release, 'settings.yaml'), 'utf8')).toBe('a:\n  port: 25\nb:\n  - 1\n');
    expect((await listReleases('shop', 'production')).map((one) => one.release)).toContain(release);
    expect((await stage.now(id)).facts).toMatchObject({ settings: 'settings.yaml' });
  }, 30_000);

  it('tells nobody the value of a secret, nor the settings', async () => {
    const marker = `setting-${randomUUID()}`;
    const { id, release } = await provisioned('quiet', { marker });
    await stage.run(steps.configure, 'Configure', id);
    const { Items = [] } = await new DynamoDBClient({}).send(new ScanCommand({ TableName: process.env.TABLE }));
    const told = JSON.stringify([stage.events, stage.answers, said]);
    const written = readdirSync(join(root, release)).map((name) => readFileSync(join(root, release, name), 'utf8'));
    for (const text of [told, JSON.stringify(Items), ...written]) expect(text).not.toContain(CANARY);
    expect(told).not.toContain(marker);
    expect(JSON.stringify(Items)).toContain('secret:smtp');
    expect(written.join()).toContain(marker);
  }, 30_000);

  it('fails with what the function says where it cannot write', async () => {
    const { id, release } = await provisioned('stuck', { mode: 'x' });
    mkdirSync(join(root, release, 'settings.yaml'), { recursive: true });
    expect(await stage.run(steps.configure, 'Configure', id)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('EISDIR') },
    });
  }, 30_000);
});
