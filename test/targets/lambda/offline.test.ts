import { InvokeCommand } from '@aws-sdk/client-lambda';
import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { leaseUnder } from '../../support/lease.ts';
import { answering, deployed, lambdaOf, makeBucket, requestOf, settling, useEmulator } from './world.ts';

useEmulator();
beforeAll(makeBucket);

/** What a visitor, and what an event, gets of a function. */
async function called(pilot: string, event: object): Promise<{ statusCode?: number; headers?: object; body?: string }> {
  const { Payload } = await lambdaOf().send(
    new InvokeCommand({
      FunctionName: `${pilot}-production`,
      Qualifier: 'live',
      Payload: JSON.stringify(event),
    }),
  );
  return JSON.parse(Buffer.from(Payload ?? []).toString());
}
const VISIT = { requestContext: { http: { method: 'GET', path: '/' } } };

async function offline(pilot: string, page?: string): Promise<Plan> {
  const { plan } = await deployed(await requestOf(pilot, { 'index.js': answering('one') }), 1);
  const before = await lambdaTarget.live(plan);
  expect(await settling.prepareOffline?.(plan, page, leaseUnder(2))).toMatchObject({ outcome: 'done' });
  expect(await lambdaTarget.offline(plan, before, page, leaseUnder(2))).toMatchObject({ outcome: 'done' });
  return plan;
}

describe('a function that is offline', () => {
  it.each([
    ['in-html', '<p>Back at “four”</p>', 'text/html; charset=utf-8'],
    ['in-text', 'Back at four.', 'text/plain; charset=utf-8'],
  ])(
    'shows the message %s with 503, and when to look again',
    async (pilot, page, type) => {
      await offline(pilot, page);
      expect(await called(pilot, VISIT)).toEqual({
        statusCode: 503,
        headers: { 'content-type': type, 'cache-control': 'no-store', 'retry-after': '60' },
        body: page,
      });
    },
    60_000,
  );

  it('fails for events, which AWS keeps, and makes no version where there is no message', async () => {
    await offline('quiet');
    expect(await called('quiet', { Records: [] })).toMatchObject({ errorMessage: 'the pilot is offline' });
    expect(await called('quiet', VISIT)).toMatchObject({ statusCode: 503 });
  }, 60_000);

  it('gets the next release as any other', async () => {
    await offline('next', 'Back at four.');
    const { plan } = await deployed(await requestOf('next', { 'index.js': answering('two') }), 3);
    expect(await called('next', VISIT)).toMatchObject({ statusCode: 200, body: 'two' });
    expect(await lambdaTarget.live(plan)).toMatchObject({ weights: { [plan.release]: 100 } });
  }, 60_000);

  it.each([
    ['of an image', { code: { image: 'acme@sha256:1' } }],
    ['that runs signed code alone', { signing: 'arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-1' }],
  ])('%s is not given a message that it could not show', async (_, more) => {
    const detail = { function: 'acme-production', code: { zip: {} }, ...more };
    const plan = { pilot: 'acme', environment: 'production', release: 'r', detail } as never as Plan;
    expect(await lambdaTarget.prepareOffline?.(plan, 'Back at four.', leaseUnder(1))).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'MESSAGE_NOT_SHOWN' }],
    });
    expect(await lambdaTarget.prepareOffline?.(plan, undefined, leaseUnder(1))).toMatchObject({ outcome: 'done' });
  });
});
