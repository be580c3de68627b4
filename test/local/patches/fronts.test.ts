import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const template = {
  Resources: { Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'fronts', ProtocolType: 'HTTP' } } },
  Outputs: { Endpoint: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
};

/** When the first half fails, a newer release of the emulator needs the patch no longer. */
test.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: undefined },
])(
  'api_local_name: the address of an HTTP API leads to it, patched: $patched',
  async ({ patched, patches }) => {
    const running = await runningEmulator(patches && { patches });
    try {
      const client = new CloudFormationClient(clientOf(running.emulator));
      const StackName = 'fronts';
      await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
      const outputs = await until(async () => {
        const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
        return Stacks?.[0]?.StackStatus === 'CREATE_COMPLETE' && Stacks[0].Outputs;
      });
      const endpoint = outputs.find(({ OutputKey }) => OutputKey === 'Endpoint')?.OutputValue ?? '';
      expect(URL.canParse(endpoint)).toBe(patched);
      if (patched) expect(new URL(endpoint).host).toMatch(/^[0-9a-f]{8}\.execute-api\.localhost:\d+$/);
    } finally {
      await running.end();
    }
  },
  60_000,
);
