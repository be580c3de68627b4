import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  ListTasksCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { eventually, type View } from './installation.ts';
import { installServices, type Services, serving } from './services.ts';

const DEAF = `process.on('SIGTERM', () => {}); ${serving('deaf')}`;
const PROGRAMS = {
  '1': serving('one'),
  '2': serving('two'),
  '3': "console.log('there is no database'); process.exit(3)",
  '4': "require('http').createServer((_, r) => { r.statusCode = 500; r.end() }).listen(process.env.PORT)",
  '5': "console.log('I wait'); setInterval(() => {}, 1000)",
  '6': DEAF,
};

let pilotage: Services;
let ecs: ECSClient;
let elb: ElasticLoadBalancingV2Client;
let cloudformation: CloudFormationClient;
beforeAll(async () => {
  pilotage = await installServices(PROGRAMS);
  const { url: endpoint, region, credentials } = pilotage.environment.emulator;
  ecs = new ECSClient({ endpoint, region, credentials });
  elb = new ElasticLoadBalancingV2Client({ endpoint, region, credentials });
  cloudformation = new CloudFormationClient({ endpoint, region, credentials });
}, 240_000);
afterAll(() => pilotage.end());

const told = ({ failure }: View): string => {
  const { code = '', reason = '' } = Object(failure);
  return `${code} ${reason}`;
};
const stackOf = async (pilot: string) =>
  (await cloudformation.send(new DescribeStacksCommand({ StackName: `${pilot}-production` }))).Stacks?.[0];
const services = async (pilot: string) => {
  const names = ['blue', 'green'].map((colour) => `${pilot}-production--${colour}`);
  const { services: found = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: `${pilot}-production`, services: names }),
  );
  return found;
};

/** Half of the traffic is the second release's, for so long that a person can do something. */
const HALF = 'rollout: { steps: [50, 100], bake: 8s }\n';
async function halfWay(pilot: string): Promise<string> {
  await pilotage.ended(await pilotage.release(pilot, '1'));
  const id = await pilotage.release(pilot, '2', HALF);
  await pilotage.until(id, ({ shifted, finishedAt }) => shifted?.weight === 50 || finishedAt !== undefined);
  return id;
}

/** Images that cannot run, and what is told of them. */
const BAD = [
  { digit: '9', says: /^IMAGE_NOT_FOUND the image does not exist/ },
  { digit: '3', says: /^CONTAINER_EXITED .*exit code 3; its log ends: there is no database/ },
  { digit: '4', says: /^HEALTH_CHECK_FAILED the health check of \/ did not pass/ },
  // Which of the two depends on whether ECS has replaced the task already when it is looked at.
  { digit: '5', says: /^(?:NOBODY_LISTENS|HEALTH_CHECK_FAILED) .*; its log ends: I wait/ },
];

it.concurrent.each(BAD)(
  'an image that cannot run ends in words, and what was live serves on: $digit',
  async ({ digit, says }) => {
    const pilot = `bad-${digit}`;
    await pilotage.ended(await pilotage.release(pilot, '1'));
    const ended = await pilotage.ended(await pilotage.release(pilot, digit));
    expect(ended).toMatchObject({ status: 'failed', failure: { step: 'Prepare' } });
    expect(told(ended)).toMatch(says);
    expect(await pilotage.visit(pilot)).toBe('one');
  },
  180_000,
);

it.concurrent('a task that ignores SIGTERM is replaced all the same, and killed when its time is over', async () => {
  await pilotage.ended(await pilotage.release('deaf', '6', 'ecs: { stopTimeout: 2s }\n'));
  expect(await pilotage.visit('deaf')).toBe('deaf');
  expect(await pilotage.ended(await pilotage.release('deaf', '1'))).toMatchObject({ status: 'succeeded' });
  expect(await pilotage.visit('deaf')).toBe('one');
  const old = { cluster: 'deaf-production', serviceName: 'deaf-production--blue' };
  expect((await ecs.send(new ListTasksCommand(old))).taskArns).toEqual([]);
}, 180_000);

it.concurrent('a rule that a person moves meanwhile is noticed, and what was live serves on', async () => {
  const id = await halfWay('hand');
  const { Outputs = [] } = (await stackOf('hand')) ?? {};
  const outputs = Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: outputs.Listener }));
  // The first release's rule is gone: that of the second one is the first of all.
  const [{ RuleArn } = {}] = Rules.filter(({ Conditions = [] }) => Conditions[0]?.Field === 'path-pattern');
  const TargetGroups = [{ TargetGroupArn: outputs.GreenTargets, Weight: 1 }];
  await elb.send(new ModifyRuleCommand({ RuleArn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] }));
  const ended = await pilotage.ended(id);
  expect(ended).toMatchObject({ status: 'failed', failure: { step: 'Shift', code: 'POINTER_MOVED' } });
  expect(await pilotage.visit('hand')).toBe('one');
}, 180_000);

it.concurrent('a service that a person deletes meanwhile gets no more traffic, and what was live serves on', async () => {
  const id = await halfWay('gone');
  const service = 'gone-production--green';
  await ecs.send(new DeleteServiceCommand({ cluster: 'gone-production', service, force: true }));
  const ended = await pilotage.ended(id);
  expect(ended).toMatchObject({ status: 'failed', failure: { step: 'Shift' } });
  expect(await pilotage.visit('gone')).toBe('one');
  expect(await pilotage.ended(await pilotage.release('gone', '2'))).toMatchObject({ status: 'succeeded' });
  expect(await pilotage.visit('gone')).toBe('two');
}, 180_000);

it.concurrent('a release waits for its next share until it is as large as what serves', async () => {
  const id = await halfWay('grown');
  const service = 'grown-production--blue';
  await ecs.send(new UpdateServiceCommand({ cluster: 'grown-production', service, desiredCount: 2 }));
  await pilotage.until(id, ({ shifted, finishedAt }) => shifted?.weight === 100 || finishedAt !== undefined);
  const green = (await services('grown')).find(({ serviceName }) => serviceName?.endsWith('green'));
  expect(green).toMatchObject({ desiredCount: 2, runningCount: 2 });
  expect(await pilotage.ended(id)).toMatchObject({ status: 'succeeded' });
}, 180_000);

it.concurrent('a stack that never came up is made anew', async () => {
  const tags = { 'pilotage:pilot': 'stuck', 'pilotage:environment': 'production' };
  // Made by hand, from a template that cannot be carried out.
  const Broken = { Type: 'AWS::Logs::LogStream', Properties: { LogGroupName: '/pilots/nobody' } };
  await cloudformation.send(
    new CreateStackCommand({
      StackName: 'stuck-production',
      TemplateBody: JSON.stringify({ Resources: { Broken } }),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  await eventually(async () => {
    const status = (await stackOf('stuck'))?.StackStatus;
    return status === 'ROLLBACK_COMPLETE' ? status : undefined;
  }, 'the stack came up');
  expect(await pilotage.ended(await pilotage.release('stuck', '1'))).toMatchObject({ status: 'succeeded' });
  expect((await stackOf('stuck'))?.StackStatus).toBe('CREATE_COMPLETE');
  expect(await pilotage.visit('stuck')).toBe('one');
}, 180_000);
