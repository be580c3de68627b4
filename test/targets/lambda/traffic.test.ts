import { DeleteAliasCommand, DeleteFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { deleteVersion } from '../../../shared/aws/function-versions.ts';
import { healthRequest } from '../../../shared/targets/lambda/health-request.ts';
import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import { leaseUnder } from '../../support/lease.ts';
import { type Between, errorOf, standBetween } from './between.ts';
import {
  answering,
  deployed,
  lambdaOf,
  makeBucket,
  planned,
  requestOf,
  served,
  settling,
  useEmulator,
} from './world.ts';

let between: Between;
beforeAll(async () => {
  between = await standBetween();
  useEmulator(between.url);
  await makeBucket();
});
afterEach(() => {
  between.trouble = () => undefined;
});
afterAll(() => between.close());

const lambda = lambdaOf();
const isMove = (asked: string) => /PUT .*\/aliases\/live$/.test(asked);
const call = async (FunctionName: string, event: object) => {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName, Qualifier: 'live', Payload: JSON.stringify(event) }),
  );
  return { FunctionError, told: JSON.parse(Buffer.from(Payload ?? []).toString()) };
};

/** A pilot that serves blue, with green prepared. */
async function blueAndGreen(pilot: string) {
  const blue = await deployed(await requestOf(pilot, { 'index.js': answering('blue') }), 1);
  const plan = await planned(await requestOf(pilot, { 'index.js': answering('green') }));
  const before = await lambdaTarget.live(plan);
  await settling.prepare(plan, before, leaseUnder(2));
  return { blue: blue.plan, plan, before };
}

it('answers requests with 503 before its first release has traffic, and fails for events', async () => {
  const plan = await planned(await requestOf('offline', { 'index.js': answering('hello') }));
  await settling.prepare(plan, await lambdaTarget.live(plan), leaseUnder(1));
  expect(await call('offline-production', healthRequest(new Date(0)))).toMatchObject({
    FunctionError: undefined,
    told: { statusCode: 503 },
  });
  expect(await call('offline-production', { detail: {} })).toMatchObject({ FunctionError: 'Unhandled' });
});

it('moves the alias when others changed it in between, and when the answer was lost', async () => {
  const { plan, before } = await blueAndGreen('tries');
  const troubles = [errorOf(412, 'PreconditionFailedException', 'changed'), errorOf(400, 'Lost', 'no answer')];
  between.trouble = (asked) => (isMove(asked) ? troubles.shift() : undefined);
  expect(await lambdaTarget.shift(plan, before, 100, leaseUnder(2))).toMatchObject({ facts: { weight: 100 } });
  expect(troubles).toEqual([]);
  expect(await served('tries')).toBe('green');
});

it('gives up when others keep changing it', async () => {
  const { plan, before } = await blueAndGreen('busy-alias');
  between.trouble = (asked) => (isMove(asked) ? errorOf(412, 'PreconditionFailedException', 'changed') : undefined);
  await expect(lambdaTarget.shift(plan, before, 100, leaseUnder(2))).rejects.toThrow('others kept changing it');
  between.trouble = (asked) => (isMove(asked) ? errorOf(400, 'Lost', 'no answer') : undefined);
  await expect(lambdaTarget.shift(plan, before, 100, leaseUnder(2))).rejects.toThrow('no answer');
  expect(await served('busy-alias')).toBe('blue');
});

it('says so when AWS does not take the weights', async () => {
  const { plan, before } = await blueAndGreen('weights');
  const message = 'Function version 2 and 3 have different execution roles';
  between.trouble = (asked) => (isMove(asked) ? errorOf(400, 'InvalidParameterValueException', message) : undefined);
  expect(await lambdaTarget.shift(plan, before, 20, leaseUnder(2))).toMatchObject({
    outcome: 'failed',
    code: 'LAMBDA_REFUSED',
    reason: expect.stringContaining(message),
  });
});

it('gives no traffic to a release whose version is gone, and never back to one', async () => {
  const { blue, plan, before } = await blueAndGreen('gone');
  const FunctionName = 'gone-production';
  await lambdaTarget.shift(plan, before, 100, leaseUnder(2));
  await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: before.pointer }));
  expect(await lambdaTarget.rollback(plan, before, leaseUnder(3))).toMatchObject({ code: 'POINTER_UNKNOWN' });
  const now = await lambdaTarget.live(plan);
  expect(await lambdaTarget.shift(blue, now, 100, leaseUnder(3))).toMatchObject({ code: 'RELEASE_INCOMPLETE' });
  expect(await served('gone')).toBe('green');

  await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '1' }));
  expect(await lambdaTarget.rollback(plan, { weights: {}, fence: 0 }, leaseUnder(3))).toMatchObject({
    code: 'POINTER_UNKNOWN',
  });
});

it('makes the alias anew when somebody has deleted it', async () => {
  const { plan, before } = await blueAndGreen('no-alias');
  await lambda.send(new DeleteAliasCommand({ FunctionName: 'no-alias-production', Name: 'live' }));
  const offline = await lambdaTarget.live(plan);
  expect(offline).toEqual({ weights: {}, fence: 0 });
  expect(await lambdaTarget.shift(plan, before, 100, leaseUnder(2))).toMatchObject({ code: 'POINTER_MOVED' });
  expect(await lambdaTarget.shift(plan, offline, 100, leaseUnder(2))).toMatchObject({ facts: { weight: 100 } });
  expect(await served('no-alias')).toBe('green');
});

it('deletes no version that AWS holds on to, and nothing that is no version', async () => {
  const { blue, plan, before } = await blueAndGreen('kept');
  await lambdaTarget.shift(plan, before, 100, leaseUnder(2));
  between.trouble = (asked) =>
    asked.startsWith('DELETE') ? errorOf(409, 'ResourceConflictException', 'referenced by an alias') : undefined;
  expect(await lambdaTarget.retire(plan, [blue.release], leaseUnder(2))).toMatchObject({ code: 'RELEASE_LIVE' });
  for (const nothing of ['', '$LATEST', 'live'])
    await expect(deleteVersion('kept-production', nothing)).rejects.toThrow('is no published version');
});
