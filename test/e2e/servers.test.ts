import { DescribeSecurityGroupRulesCommand, DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { eventually, type View } from './installation.ts';
import { installServices, type Services, serving } from './services.ts';

let pilotage: Services;
beforeAll(async () => {
  pilotage = await installServices({ '1': serving('one'), '2': serving('two') });
}, 240_000);
afterAll(() => pilotage.end());

const hasMoved = ({ step, finishedAt }: View) => step === 'Finish' || finishedAt !== undefined;

describe('a service', () => {
  it('goes live, is replaced, and goes back: real requests reach its tasks', async () => {
    const first = await pilotage.ended(await pilotage.release('shop', '1'));
    expect(first).toMatchObject({ status: 'succeeded', url: expect.stringContaining('shop-production.localhost') });
    expect(await pilotage.visit('shop')).toBe('one');
    expect(await pilotage.ask({ action: 'shell', pilot: 'shop' })).toMatchObject({
      cluster: 'shop-production',
      task: expect.stringMatching(/^[0-9a-f-]{32,36}$/),
      container: 'app',
    });

    const second = await pilotage.release('shop', '2');
    await pilotage.until(second, hasMoved);
    expect(await pilotage.visit('shop')).toBe('two');
    expect((await pilotage.ended(second)).status).toBe('succeeded');

    const request = `${new Date().toISOString()}/00000000-0000-4000-8000-000000000000`;
    const { deployment } = await pilotage.ask({ action: 'rollback', pilot: 'shop', request });
    expect(await pilotage.until(deployment, hasMoved)).toMatchObject({ release: first.release });
    expect(await pilotage.visit('shop')).toBe('one');
  }, 180_000);
});

describe('a load balancer in public', () => {
  const rulesOf = async (pilot: string) => {
    const { emulator } = pilotage.environment;
    const ec2 = new EC2Client({ endpoint: emulator.url, region: emulator.region, credentials: emulator.credentials });
    const Filters = [{ Name: 'tag:pilotage:pilot', Values: [pilot] }];
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
    const Values = SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []);
    const asked = new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values }] });
    const { SecurityGroupRules = [] } = await ec2.send(asked);
    return SecurityGroupRules.filter(({ IsEgress, Description }) => !IsEgress && Description?.startsWith('Pilotage'));
  };

  it('lets in the addresses of CloudFront that AWS publishes, and is reached', async () => {
    const done = await pilotage.ended(await pilotage.release('open', '1', 'edge: {mode: rules}\n'));
    expect(done).toMatchObject({
      status: 'succeeded',
      facts: { edge: expect.stringMatching(/^\d+ added, 0 removed/) },
    });
    const rules = await rulesOf('open');
    expect(rules.length).toBe(Number.parseInt(String(done.facts.edge), 10));
    expect(rules.length).toBeGreaterThan(20);
    expect(new Set(rules.map(({ FromPort, ToPort }) => `${FromPort}-${ToPort}`))).toEqual(new Set(['80-80']));
    expect(await pilotage.visit('open')).toBe('one');
  }, 180_000);

  it('lets them in by a list for all pilots, which the first one makes', async () => {
    const done = await pilotage.ended(await pilotage.release('listed', '1', 'edge: {mode: prefix-list}\n'));
    expect(done.status).toBe('succeeded');
    expect(await rulesOf('listed')).toEqual([]);
  }, 180_000);
});

describe('a function', () => {
  async function release(pilot: string, says: string, more = '') {
    const source = `exports.handler = async () => ({ statusCode: 200, body: '${says}' });`;
    await pilotage.putZip(`pilots/${pilot}/function.zip`, { 'index.js': source });
    const manifest = `apiVersion: pilotage/v1\nname: ${pilot}\ntarget: lambda\nsource: { artifact: function.zip }\n${more}`;
    return pilotage.ended(await pilotage.upload(pilot, manifest));
  }

  it('goes live, is replaced, and goes back', async () => {
    const first = await release('hours', 'one');
    expect(first.status).toBe('succeeded');
    expect(await pilotage.visit('hours')).toBe('one');
    expect((await release('hours', 'two')).status).toBe('succeeded');
    expect(await pilotage.visit('hours')).toBe('two');

    const request = `${new Date().toISOString()}/00000000-0000-4000-8000-000000000001`;
    const { deployment } = await pilotage.ask({ action: 'rollback', pilot: 'hours', request });
    expect(await pilotage.ended(deployment)).toMatchObject({ status: 'succeeded', release: first.release });
    expect(
      await eventually(async () => ((await pilotage.visit('hours')) === 'one' ? 'one' : undefined), 'not back'),
    ).toBe('one');
  }, 120_000);

  it.each(['http-api', 'load-balancer'])(
    'is reached through its %s',
    async (front) => {
      const more = `lambda: { front: ${front} }\n`;
      for (const says of ['one', 'two']) {
        expect(await release(`behind-${front}`, says, more)).toMatchObject({ status: 'succeeded' });
        expect(await pilotage.visit(`behind-${front}`)).toBe(says);
      }
    },
    120_000,
  );
});
