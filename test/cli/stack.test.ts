import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { OUTPUTS } from './support/aws.ts';
import { type Desk, setDesk } from './support/desk.ts';

let desk: Desk;
const environment = { ...process.env };
beforeEach(async () => {
  desk = await setDesk();
  desk.aws.api = () => ({ ok: true, answer: [] });
  desk.aws.stacks['pilotage-dev'] = OUTPUTS;
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: desk.aws.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  });
});
afterEach(async () => {
  process.env = { ...environment };
  await desk.close();
});

const local = (changes: object) =>
  desk.files({
    '.local/stack.json': JSON.stringify({
      url: desk.aws.url,
      region: 'us-east-1',
      stage: 'dev',
      outputs: OUTPUTS,
      pid: process.pid,
      ...changes,
    }),
  });
const asksAws = () => desk.aws.log.includes('DescribeStacks pilotage-dev');

describe('which stack is asked', () => {
  it('a local one that runs, and it says so', async () => {
    expect((await desk.type('status')).err).toContain(`using the local stack at ${desk.aws.url}`);
    expect(asksAws()).toBe(false);
  });

  it('the one that PILOTAGE_STACK names', async () => {
    local({ pid: 2 ** 30 });
    desk.files({
      'elsewhere.json': JSON.stringify({
        url: desk.aws.url,
        region: 'us-east-1',
        stage: 'dev',
        outputs: OUTPUTS,
        pid: process.pid,
      }),
    });
    desk.env.PILOTAGE_STACK = 'elsewhere.json';
    expect((await desk.type('status')).exit).toBe(0);
    expect(asksAws()).toBe(false);
  });

  it.each([
    ['--aws', ['--aws']],
    ['another region', ['--region', 'eu-central-1']],
  ])('the one in AWS with %s', async (_, options) => {
    const { exit, err } = await desk.type('status', ...options);
    expect([exit, err, asksAws()]).toEqual([0, '', true]);
  });

  it.each([
    ['whose process is gone', { pid: 2 ** 30 }],
    ['that does not answer', { url: 'http://127.0.0.1:1' }],
  ])('never a local one %s', async (_, changes) => {
    local(changes);
    const { exit, err } = await desk.type('status');
    expect([exit, asksAws()]).toEqual([0, true]);
    expect(err).toContain('no longer runs; npm start starts it again');
  });

  it('never one that a file in somebody’s folder says is on another machine', async () => {
    local({ url: 'http://evil.example.com' });
    const { err } = await desk.type('status');
    expect([err, asksAws()]).toEqual(['', true]);
  });
});

describe('when there is no stack to ask', () => {
  const troubles: [what: string, make: () => void, code: string, says: string][] = [
    ['no such stack', () => delete desk.aws.stacks['pilotage-dev'], 'STACK_ABSENT', 'pilotage-dev in us-east-1'],
    [
      'a stack without outputs',
      () => Object.assign(desk.aws.stacks, { 'pilotage-dev': {} }),
      'STACK_INCOMPLETE',
      'CREATE_COMPLETE',
    ],
    [
      'AWS unreachable',
      () => Object.assign(process.env, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }),
      'AWS_UNREACHABLE',
      'ECONNREFUSED',
    ],
    ['no credentials', () => delete process.env.AWS_ACCESS_KEY_ID, 'CREDENTIALS_MISSING', 'aws sso login'],
    ['no region', () => delete process.env.AWS_REGION, 'REGION_MISSING', '--region'],
    ['expired credentials', () => fails('ExpiredToken'), 'CREDENTIALS_REFUSED', 'aws sts get-caller-identity'],
    ['no permission', () => fails('AccessDenied'), 'ACCESS_DENIED', 'lambda:InvokeFunction'],
  ];
  const fails = (code: string) => {
    desk.aws.trouble = () => ({ status: 403, code });
  };

  it.each(troubles)('%s: ends with 3, says which and what to do', async (_, make, code, says) => {
    make();
    const people = await desk.type('status', '--aws');
    expect([people.exit, people.out]).toEqual([3, '']);
    expect(people.err).toContain(code);
    expect(people.err).toContain(says);
    expect(people.err).toContain('\n  → ');
    const programs = await desk.type('status', '--aws', '--json');
    expect([programs.exit, programs.err]).toEqual([3, '']);
    expect(JSON.parse(programs.out)).toMatchObject({ ok: false, problems: [{ code }] });
  });

  it.each([
    ['no credentials', 'AWS_ACCESS_KEY_ID', 'no AWS credentials', 'aws sso login'],
    ['no region', 'AWS_REGION', 'nothing says which AWS region', '--region'],
  ])('%s, and no local stack: says first how to start one, then what AWS needs', async (_, name, says, needs) => {
    delete process.env[name];
    rmSync(join(desk.folder, '.local'), { recursive: true });
    const { exit, err } = await desk.type('status');
    expect(exit).toBe(3);
    expect(err).toContain(`_MISSING no local stack runs here, and ${says}`);
    expect(err).toMatch(/\n {2}→ npm start in Pilotage’s folder starts a local stack; for AWS: /);
    expect(err).toContain(needs);
  });

  it('a broken api: ends with 3 and names its log', async () => {
    desk.aws.api = () => new Error('the table is gone');
    const { exit, err } = await desk.type('status');
    expect(exit).toBe(3);
    expect(err).toContain('the function pilotage-dev-api-api failed: the table is gone');
    expect(err).toContain('aws logs tail');
  });
});
