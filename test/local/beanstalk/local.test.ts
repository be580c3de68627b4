import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateApplicationCommand,
  CreateApplicationVersionCommand,
  CreateEnvironmentCommand,
  DescribeApplicationVersionsCommand,
  DescribeEnvironmentHealthCommand,
  DescribeEnvironmentsCommand,
  DescribeInstancesHealthCommand,
  ElasticBeanstalkClient,
  type EnvironmentDescription,
  SwapEnvironmentCNAMEsCommand,
  TerminateEnvironmentCommand,
  UpdateEnvironmentCommand,
} from '@aws-sdk/client-elastic-beanstalk';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { type LocalBeanstalk, startBeanstalk } from '../../../local/beanstalk/local.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { zipOf } from '../../support/zip.ts';
import { MANIFESTS, makeBucket, s3Of, useEmulator } from '../../targets/lambda/world.ts';

let local: LocalBeanstalk;
let client: ElasticBeanstalkClient;
let scaling: AutoScalingClient;
let folder: string;
const ApplicationName = 'acme';
const PlatformArn = 'arn:aws:elasticbeanstalk:us-east-1::platform/Node.js 24 running on 64bit Amazon Linux 2023/6.10.0';

beforeAll(async () => {
  useEmulator();
  await makeBucket();
  folder = await mkdtemp(join(tmpdir(), 'beanstalk-'));
  local = await startBeanstalk({ emulatorUrl: emulatorUrl(), region: 'us-east-1', account: '000000000000', folder });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new ElasticBeanstalkClient({ endpoint: local.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  scaling = new AutoScalingClient({ endpoint: emulatorUrl(), region: 'us-east-1', credentials });
  await client.send(new CreateApplicationCommand({ ApplicationName }));
});
afterAll(async () => {
  await local.stop();
  await rm(folder, { recursive: true });
});

const serving = (content: string) => ({
  Procfile: 'web: node main.mjs\n',
  'main.mjs': `import { createServer } from 'node:http';
    createServer((request, response) => response.end(request.url === '/health' ? 'ok' : ${JSON.stringify(content)} + ' ' + process.env.MODE))
      .listen(process.env.PORT);`,
});

/** Looks again and again; fails after ten seconds. */
async function until<Found>(look: () => Promise<Found | undefined | false>): Promise<Found> {
  for (let looks = 0; looks < 200; looks += 1) {
    const found = await look();
    if (found) return found;
    await pause(50);
  }
  throw new Error('it did not come');
}

async function version(VersionLabel: string, files: Record<string, string>): Promise<void> {
  const S3Key = `bundles/${VersionLabel}.zip`;
  await s3Of().send(new PutObjectCommand({ Bucket: MANIFESTS, Key: S3Key, Body: await zipOf(files) }));
  const SourceBundle = { S3Bucket: MANIFESTS, S3Key };
  await client.send(
    new CreateApplicationVersionCommand({ ApplicationName, VersionLabel, SourceBundle, Process: true }),
  );
  await until(async () => {
    const { ApplicationVersions = [] } = await client.send(
      new DescribeApplicationVersionsCommand({ ApplicationName, VersionLabels: [VersionLabel] }),
    );
    return ApplicationVersions[0]?.Status === 'Processed';
  });
}

const ready = (EnvironmentName: string) =>
  until<EnvironmentDescription>(async () => {
    const { Environments = [] } = await client.send(
      new DescribeEnvironmentsCommand({ EnvironmentNames: [EnvironmentName], IncludeDeleted: false }),
    );
    return Environments[0]?.Status === 'Ready' && Environments[0];
  });

async function launch(EnvironmentName: string, VersionLabel: string, prefix?: string): Promise<EnvironmentDescription> {
  const option = (Namespace: string, OptionName: string, Value: string) => ({ Namespace, OptionName, Value });
  await client.send(
    new CreateEnvironmentCommand({
      ApplicationName,
      EnvironmentName,
      VersionLabel,
      PlatformArn,
      ...(prefix && { CNAMEPrefix: prefix }),
      OptionSettings: [
        option('aws:elasticbeanstalk:application:environment', 'MODE', 'live'),
        option('aws:elasticbeanstalk:environment:process:default', 'HealthCheckPath', '/health'),
      ],
    }),
  );
  return ready(EnvironmentName);
}

const ask = (name: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const headers = { host: `${name}.localhost:${local.port}` };
    const asking = request({ host: '127.0.0.1', port: local.port, headers }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    asking.on('error', reject).end();
  });

it('runs what the bundles hold, and requests follow the swap of the names', async () => {
  await version('one', serving('one'));
  await version('two', serving('two'));
  const blue = await launch('acme-blue', 'one', 'acme-live');
  const green = await launch('acme-green', 'two');
  expect(blue).toMatchObject({ Health: 'Green', HealthStatus: 'Ok' });
  expect(await ask('acme-live')).toEqual({ status: 200, body: 'one live' });
  await client.send(
    new SwapEnvironmentCNAMEsCommand({
      SourceEnvironmentId: blue.EnvironmentId,
      DestinationEnvironmentId: green.EnvironmentId,
    }),
  );
  expect(await ask('acme-live')).toEqual({ status: 200, body: 'two live' });

  await client.send(new TerminateEnvironmentCommand({ EnvironmentId: blue.EnvironmentId }));
  expect(await ask(green.CNAME?.replace('.us-east-1.elasticbeanstalk.com', '') ?? '')).toMatchObject({ status: 503 });
  expect(await ask('acme-live')).toEqual({ status: 200, body: 'two live' });
}, 60_000);

it('runs as many as the Auto Scaling group of an environment is to have', async () => {
  const main = `import { createServer } from 'node:http';
    createServer((_, response) => response.end(String(process.pid))).listen(process.env.PORT);`;
  await version('large', { Procfile: 'web: node main.mjs\n', 'main.mjs': main });
  const { EnvironmentId = '' } = await launch('acme-large', 'large', 'acme-large');
  const Filters = [{ Name: 'tag:elasticbeanstalk:environment-id', Values: [EnvironmentId] }];
  const group = await until(async () => {
    const { AutoScalingGroups = [] } = await scaling.send(new DescribeAutoScalingGroupsCommand({ Filters }));
    return AutoScalingGroups[0];
  });
  expect(group).toMatchObject({ DesiredCapacity: 1 });
  await scaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: group.AutoScalingGroupName, DesiredCapacity: 3 }),
  );
  const running = () =>
    client.send(new DescribeInstancesHealthCommand({ EnvironmentId, AttributeNames: ['Deployment'] }));
  await until(async () => (await running()).InstanceHealthList?.length === 3);
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask('acme-large')));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(3);
}, 60_000);

it('says why a bundle does not start, and goes on serving what ran before', async () => {
  await version('well', serving('well'));
  await version('ill', { 'package.json': '{"scripts":{"start":"echo no such module; exit 3"}}' });
  const { EnvironmentId } = await launch('acme-ill', 'well', 'acme-ill');
  await client.send(new UpdateEnvironmentCommand({ EnvironmentId, VersionLabel: 'ill' }));
  expect(await ready('acme-ill')).toMatchObject({ Health: 'Red', HealthStatus: 'Severe' });
  const { Causes } = await client.send(
    new DescribeEnvironmentHealthCommand({ EnvironmentId, AttributeNames: ['Causes'] }),
  );
  expect(Causes).toEqual(['it ended with exit code 3: no such module']);
  expect(await ask('acme-ill')).toEqual({ status: 200, body: 'well live' });
}, 60_000);

it('knows no names but those of its environments', async () => {
  expect(await ask('nobody')).toMatchObject({ status: 503 });
});
