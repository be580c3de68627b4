import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const template = {
  Resources: {
    Distribution: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          Origins: [
            {
              Id: 'environments',
              DomainName: { 'Fn::Sub': 'acme-production--123456789012.\u0024{AWS::Region}.elasticbeanstalk.com' },
              CustomOriginConfig: { OriginProtocolPolicy: 'http-only' },
            },
          ],
          DefaultCacheBehavior: { TargetOriginId: 'environments', ViewerProtocolPolicy: 'redirect-to-https' },
        },
      },
    },
  },
  Outputs: {
    Address: { Value: { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Distribution', 'DomainName'] }, '/']] } },
  },
};

/** When the first half fails, a newer release of the emulator needs the patch no longer. */
test.each([
  { patched: false, patches: ['elb_local_name'] },
  { patched: true, patches: undefined },
])(
  'beanstalk_local_name: what stands before environments leads to them, patched: $patched',
  async ({ patched, patches }) => {
    const beanstalk = { url: 'http://127.0.0.1:9', port: 9 };
    const running = await runningEmulator({ beanstalk, ...(patches && { patches }) });
    try {
      const client = new CloudFormationClient(clientOf(running.emulator));
      const StackName = 'environments';
      await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
      const [output] = await until(async () => {
        const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
        return Stacks?.[0]?.StackStatus === 'CREATE_COMPLETE' && Stacks[0].Outputs;
      });
      expect(output?.OutputValue === 'http://acme-production--123456789012.localhost:9/').toBe(patched);
    } finally {
      await running.end();
    }
  },
  60_000,
);
