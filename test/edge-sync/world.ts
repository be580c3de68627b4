import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { aggregate } from '../../shared/edge/aggregate.ts';
import { type Block, parseBlock } from '../../shared/edge/cidr.ts';
import type { Ranges } from '../../shared/edge/ranges.ts';
import { runningEmulator } from '../local/emulator/running.ts';

/** What happens to a call of EC2: nothing; it is refused with this code, `after` it took effect or before; or it is accepted, and
 * never takes effect. */
export type Fate = { code: string; after?: true } | 'ignored' | undefined;

export interface World {
  ec2: EC2Client;
  /** Calls of the product's, by their names, since the last `calls.length = 0`. */
  calls: string[];
  /** Asked before each call of the product's, and waited for. */
  before(action: string, number: number): Fate | Promise<Fate>;
  /** Waited for once a call was made; what it throws is kept in `wrong`. */
  after(action: string): Promise<unknown> | undefined;
  wrong: unknown[];
  fresh(): Promise<void>;
  group(): Promise<string>;
  /** Rules of somebody else's, or of nobody's mark. */
  open(group: string, cidrs: readonly string[], description?: string, port?: number): Promise<void>;
  /** What a group lets in, without what it lets out. */
  rules(...groups: string[]): Promise<SecurityGroupRule[]>;
  /** Addresses that groups let in, of ours and of others. */
  allowed(...groups: string[]): Promise<Block[]>;
  quota(rules: number): Promise<void>;
  end(): Promise<void>;
}

export async function setWorld(): Promise<World> {
  const { emulator, end } = await runningEmulator();
  const proxy = createServer(async (request, response) => {
    const body = await text(request);
    const action = new URLSearchParams(body).get('Action') ?? '';
    world.calls.push(action);
    const fate = await world.before(action, world.calls.length);
    const pass = async () => {
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>;
      const answer = await fetch(`${emulator.url}${request.url}`, { method: 'POST', headers, body });
      return { status: answer.status, text: await answer.text() };
    };
    const refusal = typeof fate === 'object' ? fate : undefined;
    const isPassed = fate === undefined || refusal?.after;
    const answer = isPassed
      ? await pass()
      : { status: 200, text: `<${action}Response><return>true</return></${action}Response>` };
    await Promise.resolve(world.after(action)).catch((error) => world.wrong.push(error));
    response.writeHead(refusal ? 400 : answer.status, { 'content-type': 'text/xml' });
    response.end(refusal ? errorOf(refusal.code) : answer.text);
  });
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));

  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const ec2 = new EC2Client({ endpoint: emulator.url, region: 'us-east-1', credentials });
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulator.url,
    AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    INSTALLATION: `test-${randomUUID().slice(0, 8)}`,
  });

  const world: World = {
    ec2,
    calls: [],
    wrong: [],
    before: () => undefined,
    after: () => undefined,
    async fresh() {
      Object.assign(world, { before: () => undefined, after: () => undefined });
      process.env.TABLE = `test-${randomUUID().slice(0, 8)}`;
      process.env.INSTALLATION = process.env.TABLE;
      await new DynamoDBClient({ endpoint: emulator.url, region: 'us-east-1', credentials }).send(
        new CreateTableCommand({
          TableName: process.env.TABLE,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        }),
      );
      await world.quota(60);
      world.calls.length = 0;
    },
    async group() {
      const name = `edge-${randomUUID()}`;
      const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: name }));
      return GroupId;
    },
    async open(GroupId, cidrs, Description = 'somebody else', port = 443) {
      const rule = { IpProtocol: 'tcp', FromPort: port, ToPort: port };
      const IpPermissions = cidrs.map((cidr) =>
        cidr.includes(':')
          ? { ...rule, Ipv6Ranges: [{ CidrIpv6: cidr, Description }] }
          : { ...rule, IpRanges: [{ CidrIp: cidr, Description }] },
      );
      await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    },
    async rules(...groups) {
      const Filters = [{ Name: 'group-id', Values: groups }];
      const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
      return SecurityGroupRules.filter(({ IsEgress }) => !IsEgress);
    },
    async allowed(...groups) {
      const rules = await world.rules(...groups);
      return aggregate(rules.flatMap(({ CidrIpv4, CidrIpv6 }) => blocksOf([CidrIpv4 ?? CidrIpv6 ?? ''])));
    },
    async quota(rules) {
      const body = JSON.stringify({ 'L-0EA8095F': rules });
      await fetch(`${emulator.url}/_pilotage/quotas`, { method: 'POST', body });
    },
    async end() {
      proxy.closeAllConnections();
      await new Promise((over) => proxy.close(over));
      await end();
    },
  };
  return world;
}

const errorOf = (code: string): string =>
  `<Response><Errors><Error><Code>${code}</Code><Message>told so by the test</Message></Error></Errors><RequestID>1</RequestID></Response>`;

export const blocksOf = (texts: readonly string[]): Block[] =>
  texts.flatMap((one) => {
    const block = parseBlock(one);
    if (typeof block === 'string') throw new Error(`${one} ${block}`);
    return [block];
  });

/** A list of ranges: no two of `some` touch, so that none is joined with another. */
export const rangesOf = (token: number, texts: readonly string[]): Ranges => ({
  token,
  blocks: { CLOUDFRONT_ORIGIN_FACING: aggregate(blocksOf(texts)), CLOUDFRONT: aggregate(blocksOf(texts)) },
});

export const some = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `13.${(from + index) >> 7}.${((from + index) % 128) * 2}.0/24`);

export const some6 = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `2600:9000:${((from + index) * 2 + 2).toString(16)}::/48`);
