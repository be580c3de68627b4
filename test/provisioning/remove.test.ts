import { removeStackOf } from '../../shared/provisioning/remove.ts';
import { SERVICE_ROLE } from './service-role.ts';
import { type CloudFormation, standIn } from './stand-in/cloudformation.ts';
import { NAME } from './stand-in/stack.ts';
import { LOGS, QUEUE, untilEnd, wantedWith } from './wanted.ts';

let aws: CloudFormation;
beforeAll(async () => {
  aws = await standIn();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url,
    AWS_ENDPOINT_URL_IAM: aws.url,
  });
});
afterAll(() => aws.close());
beforeEach(() => aws.reset());

const REMOVAL = 'acme-shop_production_20260202T030405Z-0123456789ab';
const asked = (deployment = REMOVAL) => ({
  deployment,
  pilot: 'acme-shop',
  environment: 'production',
  deadline: new Date('2030-01-02T03:04:05Z'),
});
const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const deletions = () => aws.calls.filter((call) => call === 'DeleteStack').length;

/** Looks until there is an end; a pause before another try is over at once. */
async function untilGone(deployment?: string) {
  const waited: string[] = [];
  for (let look = 0; look < 60; look++) {
    const end = await removeStackOf(asked(deployment));
    if (end.outcome !== 'parked') return { end, waited };
    waited.push(end.awaits);
    if (aws.stack) aws.stack.events = aws.stack.events.map((event) => ({ ...Object(event), Timestamp: LONG_AGO }));
  }
  throw new Error(`no end: ${waited.join('\n')}`);
}

describe('the stack of an environment that goes', () => {
  it('is deleted under the pilot’s own role, and it is told how far that is', async () => {
    await untilEnd({ ...wantedWith({ Logs: LOGS, Queue: QUEUE }), isProtected: false });
    const { end, waited } = await untilGone();
    expect(end).toMatchObject({ outcome: 'done' });
    expect(waited).toEqual([`CloudFormation to begin to delete the stack ${NAME}`, `the stack ${NAME}: 1 removed`]);
    expect(aws.stack).toMatchObject({ status: 'DELETE_COMPLETE', role: SERVICE_ROLE.arn });
    expect(deletions()).toBe(1);
  });

  it('that was never made, or is gone, needs nothing', async () => {
    expect(await removeStackOf(asked())).toMatchObject({ outcome: 'done' });
    expect(deletions()).toBe(0);
  });

  it('goes also where only a change set of it was made, which gave it nobody’s tags', async () => {
    aws.given('REVIEW_IN_PROGRESS', { tags: {} });
    expect((await untilGone()).end).toMatchObject({ outcome: 'done' });
    expect(aws.stack?.status).toBe('DELETE_COMPLETE');
  });

  it.each(['ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED', 'CREATE_FAILED', 'UPDATE_FAILED'] as const)(
    'goes from %s, from where no deployment goes on by itself',
    async (status) => {
      aws.given(status);
      expect((await untilGone()).end).toMatchObject({ outcome: 'done' });
    },
  );

  it('that somebody else has made under its name stays', async () => {
    aws.given('CREATE_COMPLETE', { tags: { 'pilotage:pilot': 'another', 'pilotage:environment': 'production' } });
    expect(await removeStackOf(asked())).toMatchObject({ outcome: 'done' });
    expect(deletions()).toBe(0);
  });

  it('is waited for while it is changed', async () => {
    const stack = aws.given('UPDATE_IN_PROGRESS');
    expect(await removeStackOf(asked())).toMatchObject({ outcome: 'parked', awaits: expect.stringContaining(NAME) });
    stack.status = 'UPDATE_COMPLETE';
    expect((await untilGone()).end).toMatchObject({ outcome: 'done' });
  });

  it('is deleted once more where something was in the way, after a pause that grows', async () => {
    aws.given('CREATE_COMPLETE');
    aws.stubborn = { name: 'Group', times: 2 };
    const { end, waited } = await untilGone();
    expect(end).toMatchObject({ outcome: 'done' });
    expect(deletions()).toBe(3);
    expect(waited).toContain(`the next try to delete the stack ${NAME}: Group (undefined): it is in use`);
  });

  it('waits until it is time for the next try', async () => {
    aws.given('CREATE_COMPLETE');
    aws.stubborn = { name: 'Group', times: 1 };
    for (const _ of ['begin', 'fail']) await removeStackOf(asked());
    const waits = await removeStackOf(asked());
    const due = waits.outcome === 'parked' ? Date.parse(waits.wakeAt ?? '') - Date.now() : 0;
    expect(due).toBeGreaterThan(55_000);
    expect(due).toBeLessThanOrEqual(60_000);
    expect(deletions()).toBe(1);
  });

  it('that cannot be deleted is told with its cause, and another removal begins to count anew', async () => {
    aws.given('CREATE_COMPLETE');
    aws.stubborn = { name: 'Group', times: 7 };
    expect((await untilGone()).end).toEqual({
      outcome: 'failed',
      code: 'STACK_STUCK',
      reason: `the stack ${NAME} could not be deleted in 7 tries: Group (undefined): it is in use`,
    });
    expect((await untilGone(REMOVAL.replace('03', '04'))).end).toMatchObject({ outcome: 'done' });
    expect(deletions()).toBe(8);
  });

  it('that a person protects is left, and it is said why', async () => {
    aws.given('CREATE_COMPLETE', { isProtected: true });
    expect(await removeStackOf(asked())).toMatchObject({ outcome: 'failed', code: 'STACK_REFUSED' });
  });

  it('gets its role again where somebody has removed that', async () => {
    aws.given('CREATE_COMPLETE');
    aws.roles.clear();
    const { end, waited } = await untilGone();
    expect(end).toMatchObject({ outcome: 'done' });
    expect(waited[0]).toMatch(/^AWS to know of the role/);
    expect(aws.roles.has(SERVICE_ROLE.name)).toBe(true);
  });
});
