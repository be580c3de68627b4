import { CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { clientOf, runningEmulator } from '../emulator/running.ts';

describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: undefined },
])('templates by their address, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
  }, 60_000);
  afterAll(() => running.end());

  test('cfn_template_url: the bucket may stand in the host', async () => {
    const root = clientOf(running.emulator);
    const s3 = new S3Client({ ...root, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'faults' }));
    const Body = JSON.stringify({ Description: 'faults', Resources: { Queue: { Type: 'AWS::SQS::Queue' } } });
    await s3.send(new PutObjectCommand({ Bucket: 'faults', Key: 'templates/one.json', Body }));
    const validated = new CloudFormationClient(root).send(
      new ValidateTemplateCommand({ TemplateURL: 'https://faults.s3.us-east-1.amazonaws.com/templates/one.json' }),
    );
    const found = await validated.then(
      ({ Description }) => Description,
      (error: Error) => error.name,
    );
    expect(found).toBe(patched ? 'faults' : 'ValidationError');
  });
});
