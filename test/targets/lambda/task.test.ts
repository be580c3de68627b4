import { lambdaTarget } from '../../../shared/targets/lambda/lambda.ts';
import { endOf, faultOf, task } from '../../../shared/targets/lambda/task.ts';
import { taskContract } from '../contract-task.ts';
import { makeBucket, planned, requestOf, useEmulator } from './world.ts';

useEmulator();
beforeAll(makeBucket);

/** A function that runs the command that it is given, as a migration's does. */
const MIGRATES = `const { spawnSync } = require('node:child_process');
exports.handler = async ({ pilotage }) => {
  const [command, ...words] = pilotage.command;
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', maxBuffer: 1e8 });
  console.log((stdout + stderr).trimEnd());
  return { exitCode: status };
};`;

taskContract(
  'lambda',
  async () => ({
    runner: task,
    plan: async () => planned(await requestOf('acme-task', { 'index.js': MIGRATES }, { lambda: { timeout: '60s' } })),
  }),
  { canStop: false },
);

describe('what a function answers', () => {
  const MORE = 'https://console.example.com';
  it.each([
    ['an exit code', { answer: { exitCode: 0 }, log: '' }, { state: 'ended', exitCode: 0, log: [] }],
    ['another one', { answer: { exitCode: 2 }, log: 'no table\n' }, { state: 'ended', exitCode: 2, log: ['no table'] }],
    [
      'an error',
      { fault: { errorType: 'Error', errorMessage: 'no table' }, log: 'START RequestId: 1\n' },
      { state: 'ended', exitCode: 1, log: ['it fails: Error: no table'] },
    ],
    [
      'something else, as one that does not know what it is asked',
      { answer: { statusCode: 200 }, log: '' },
      { state: 'ended', exitCode: 1, log: [expect.stringContaining('{"exitCode": 0}')] },
    ],
  ])('%s is taken as such', (_, called, look) => {
    expect(endOf(called, MORE)).toMatchObject({ ...look, more: MORE });
  });

  it('is lost where none comes', () => {
    expect(endOf('no answer', MORE)).toMatchObject({ state: 'lost' });
  });

  const failing = (name: string, httpStatusCode?: number) =>
    Object.assign(new Error('it says why'), { name, $metadata: { httpStatusCode } });
  it.each([
    ['TooManyRequestsException', 429, 'never-ran'],
    ['ResourceNotFoundException', 404, 'never-ran'],
    ['ENILimitReachedException', 502, 'never-ran'],
    ['KMSDisabledException', 502, 'never-ran'],
    ['ServiceException', 500, 'lost'],
    ['ECONNRESET', undefined, 'lost'],
  ])('after %s it has run or not, as Lambda documents it', (name, status, state) => {
    expect(faultOf(failing(name, status))).toMatchObject({ state });
  });
});

describe('the version that a command ran in', () => {
  it('is the one that Prepare finds, though nobody gets it yet', async () => {
    const plan = await planned(await requestOf('acme-task', { 'index.js': MIGRATES }, { lambda: { timeout: '60s' } }));
    expect(await lambdaTarget.live(plan)).toMatchObject({ weights: {} });
    expect(await lambdaTarget.look(plan)).not.toMatchObject({ state: 'waiting' });
  });
});
