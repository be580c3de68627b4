import { handler } from '../../../functions/deploy/provision.ts';
import { transact } from '../../../shared/aws/table.ts';
import type { Deployment } from '../../../shared/ledger/deployment.ts';
import { manifestPlanned } from '../../../shared/ledger/manifests.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { resolve, SMALL } from '../../preview/samples.ts';
import { SERVICE_ROLE } from '../../provisioning/service-role.ts';
import { type CloudFormation, standIn } from '../../provisioning/stand-in/cloudformation.ts';
import { NAME } from '../../provisioning/stand-in/stack.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
let aws: CloudFormation;
beforeAll(async () => {
  [stage, aws] = await Promise.all([setStage(), standIn()]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url,
    AWS_ENDPOINT_URL_IAM: aws.url,
  });
});
afterAll(async () => {
  aws.close();
  await stage.close();
});
beforeEach(() => {
  aws.reset();
  process.env.PILOT_BOUNDARY = 'arn:aws:iam::000000000000:policy/pilots';
});

const planFor = (target: string): Plan => ({
  target,
  pilot: 'acme-shop',
  environment: 'production',
  release: '0123456789abcdef0123',
  url: 'https://shop.example.com',
  summary: {},
  detail: {},
});

/** A deployment for which Validate settled a plan, and kept the manifest. */
async function planned(text: string, accepted?: Deployment): Promise<string> {
  const { id } = accepted ?? (await stage.upload('acme-shop', text));
  const manifest = resolve(text);
  const plan = planFor(manifest.target);
  await stage.given(id, { plan });
  await transact([manifestPlanned(plan, manifest)]);
  return id;
}
const run = (id: string, again = false) => stage.run(handler, 'Provision', id, { again });

/** As the watchdog has it look until there is an answer. */
async function untilAnswer(id: string, looks = 40) {
  for (let answer = await run(id); ; answer = await run(id, true)) if (answer || looks-- === 0) return answer;
}

describe('Provision', () => {
  it('is done at once for a target that has no stack', async () => {
    const id = await planned(manifestOf('acme-shop'));
    expect(await run(id)).toMatchObject({ success: {} });
    expect(aws.calls).toEqual([]);
    expect((await stage.now(id)).plan).toEqual(planFor('static'));
  });

  it('parks while the stack is made, tells how far it is, and settles what it has', async () => {
    const id = await planned(SMALL.lambda);
    stage.told();
    expect(await run(id)).toBeUndefined();
    expect((await stage.now(id)).progress).toBe(`waiting for CloudFormation to begin with the stack ${NAME}`);
    expect(stage.told()).toEqual(['StepStarted', 'StepProgressed']);
    expect(await run(id, true)).toBeUndefined();
    expect((await stage.now(id)).progress).toBe(`waiting for the stack ${NAME}: 0 of 5 made, now Logs`);
    expect(stage.told()).toEqual(['StepProgressed']);

    expect(await untilAnswer(id)).toMatchObject({ success: {} });
    const { plan, facts } = await stage.now(id);
    expect(facts).toEqual({ stack: 'made' });
    expect(Object.keys(plan?.stack ?? {}).sort()).toEqual(['FailedCalls', 'Logs', 'Role']);
    expect(plan).toMatchObject(planFor('lambda'));
    expect(aws.stack?.role).toBe(SERVICE_ROLE.arn);
  });

  it('says the same progress once', async () => {
    const id = await planned(SMALL.lambda);
    await run(id);
    const stack = aws.stack;
    await run(id, true);
    if (stack) stack.coming = [];
    await run(id, true);
    stage.told();
    await run(id, true);
    expect(stage.told()).toEqual([]);
  });

  it('fails with the resource that failed', async () => {
    aws.failing.set('FailedCalls', 'You may have no more queues.');
    const answer = await untilAnswer(await planned(SMALL.lambda));
    expect(answer).toMatchObject({ error: 'Failed' });
    expect(JSON.stringify(answer)).toContain('You may have no more queues');
  });

  it('refuses what the operator has not set, and changes nothing', async () => {
    process.env.PILOT_BOUNDARY = '';
    expect(await run(await planned(SMALL.lambda))).toMatchObject({ error: 'Refused' });
    expect(aws.calls).toEqual([]);
  });

  it('reads for a rollback what the stack has, and changes nothing', async () => {
    await untilAnswer(await planned(SMALL.lambda));
    aws.calls.length = 0;
    const id = await planned(SMALL.lambda, await stage.askRollback('acme-shop', planFor('lambda').release));
    expect(await run(id)).toMatchObject({ success: {} });
    expect(Object.keys((await stage.now(id)).plan?.stack ?? {}).sort()).toEqual(['FailedCalls', 'Logs', 'Role']);
    expect(aws.calls).toEqual(['DescribeStacks']);
  });

  it('cannot go back to what has no stack any more', async () => {
    const id = await planned(SMALL.lambda, await stage.askRollback('acme-shop', planFor('lambda').release));
    expect(await run(id)).toMatchObject({ error: 'Failed' });
    expect(aws.calls).toEqual(['DescribeStacks']);
  });
});
