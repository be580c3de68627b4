import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import { leaseUnder } from '../../support/lease.ts';
import { makeBucket, planned, requestOf, settling, useEmulator } from './world.ts';

useEmulator();
beforeAll(makeBucket);

let count = 0;
/** What is seen of a function of this code, before it gets traffic. */
async function lookAt(source: string, lambda: Record<string, unknown> = {}) {
  count += 1;
  const request = await requestOf(`look-${count}`, { 'index.js': source }, { lambda });
  const plan = await planned(request);
  await settling.prepare(plan, await lambdaTarget.live(plan), leaseUnder(1));
  return lambdaTarget.look(plan);
}
const handler = (body: string) => `exports.handler = async (event) => { ${body} };`;

describe('a release that answers requests', () => {
  it.each<[what: string, source: string, reason: RegExp]>([
    ['does not start', "require('./absent.js');", /^the code does not start: .*absent/],
    ['does not start, and says something', "throw new Error('no database');", /no database/],
    ['has no such handler', 'exports.other = 1;', /^(?:the handler is not in the code|it fails): /],
    [
      'throws',
      handler("console.log('before'); throw new Error('no stock')"),
      /^it fails: .*no stock; its last lines: .*before/,
    ],
    ['answers with an error', handler('return { statusCode: 500 }'), /^it answers a GET of \/ with 500/],
  ])('is broken when it %s', async (_what, source, reason) => {
    expect(await lookAt(source)).toMatchObject({ state: 'broken', reason: expect.stringMatching(reason) });
  });

  it('is broken when it takes too long', async () => {
    const source = handler('await new Promise((over) => setTimeout(over, 20_000))');
    const reason = expect.stringMatching(/^it takes longer than lambda.timeout|^it gave no answer within 1 s/);
    expect(await lookAt(source, { timeout: '1s' })).toEqual({ state: 'broken', reason });
  });

  it.each([
    ['answers', 'return { statusCode: 200 }'],
    ['has no page there', 'return { statusCode: 404 }'],
    ['answers without a status', "return 'hello'"],
    [
      'is asked for its root, as its address would ask',
      "return { statusCode: event.requestContext.http.method === 'GET' && event.rawPath === '/' ? 200 : 500 }",
    ],
  ])('is ready when it %s', async (_what, body) => {
    expect(await lookAt(handler(body))).toEqual({ state: 'ready' });
  });
});

it('does not call a function of events', async () => {
  expect(await lookAt(handler("throw new Error('called')"), { front: 'none' })).toEqual({ state: 'ready' });
});
