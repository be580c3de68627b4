import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const templateOf = (url: string, limits: object) => ({
  Resources: {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'throttled', ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'HTTP_PROXY',
        IntegrationMethod: 'ANY',
        IntegrationUri: url,
        PayloadFormatVersion: '1.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'ANY /{any}',
        Target: { 'Fn::Sub': 'integrations/$' + '{Integration}' },
      },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true, DefaultRouteSettings: limits },
    },
  },
  Outputs: { Api: { Value: { Ref: 'Api' } } },
});

/** When the first half fails, a newer release of the emulator needs the patch no longer. */
test.each([
  { patched: false, patches: [] as string[], left: [200, 200, 200, 200, 200] },
  { patched: true, patches: ['api_throttling'], left: [200, 200, 200, 429, 429] },
])(
  'api_throttling: a stage lets through what it was told to, patched: $patched',
  async ({ patches, left }) => {
    const behind = createServer((_, response) => response.end('{}'));
    await new Promise<void>((ready) => behind.listen(0, '127.0.0.1', ready));
    const { emulator, end } = await runningEmulator({ patches });
    try {
      const client = new CloudFormationClient(clientOf(emulator));
      const url = `http://127.0.0.1:${(behind.address() as AddressInfo).port}/`;
      const TemplateBody = JSON.stringify(templateOf(url, { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 3 }));
      await client.send(new CreateStackCommand({ StackName: 'throttled', TemplateBody }));
      const [{ OutputValue: api } = {}] = await until(async () => {
        const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'throttled' }));
        return Stacks?.[0]?.StackStatus === 'CREATE_COMPLETE' && (Stacks[0].Outputs ?? []);
      });
      const answers = [];
      for (let time = 0; time < 5; time++)
        answers.push(await fetch(`${emulator.url}/_aws/execute-api/${api}/$default/x`, { method: 'POST', body: '{}' }));
      expect(answers.map(({ status }) => status)).toEqual(left);
      const refused = answers.find(({ status }) => status === 429);
      if (refused) expect(await refused.json()).toEqual({ message: 'Too Many Requests' });
    } finally {
      await end();
      behind.closeAllConnections();
      await new Promise((over) => behind.close(over));
    }
  },
  60_000,
);
