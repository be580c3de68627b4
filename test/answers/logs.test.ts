import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { logs } from '../../shared/answers/logs.ts';
import { recordPrepared } from '../../shared/ledger/releases.ts';
import type { Plan } from '../../shared/targets/target.ts';
import { manifestOf } from '../support/manifest.ts';
import { type Stage, setStage } from '../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const PYTHON = 'Python 3.14 running on 64bit Amazon Linux 2023';
const DOCKER = 'Docker running on 64bit Amazon Linux 2023';
const at = (second: number) => Date.UTC(2026, 10, 21, 1, 0, second);
const asked = (pilot: string, more: object = {}) =>
  logs({ action: 'logs', pilot, since: '2026-11-21T00:00:00Z', most: 200, ...more });
const texts = (answer: Awaited<ReturnType<typeof logs>>) =>
  answer.ok ? answer.answer.lines.map(({ text }) => text) : answer.code;

/** A pilot of Elastic Beanstalk, whose last release was prepared for this platform. */
async function prepared(pilot: string, platform: string, release = 'a'.repeat(20)) {
  await stage.upload(pilot, manifestOf(pilot));
  const detail = { platform: `arn:aws:elasticbeanstalk:us-east-1::platform/${platform}/4.9.0` };
  const plan: Plan = { target: 'beanstalk', pilot, environment: 'production', release, url: '', summary: {}, detail };
  const policy = { rollout: { steps: [100], bake: 0 }, retention: { releases: 3, days: 7 } };
  await recordPrepared(plan, policy as Parameters<typeof recordPrepared>[1]);
}

/** What an instance of an environment has streamed of a file: second and text. */
async function streamed(environment: string, file: string, ...lines: [second: number, text: string][]) {
  const client = new CloudWatchLogsClient({});
  const logGroupName = `/aws/elasticbeanstalk/${environment}/var/log/${file}`;
  const logStreamName = `i-of-${environment}`;
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = lines.map(([second, message]) => ({ timestamp: at(second), message }));
  await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

describe('what the environments of Elastic Beanstalk have streamed', () => {
  beforeAll(async () => {
    await prepared('pair', PYTHON);
    await streamed('pair-production--blue', 'web.stdout.log', [1, 'blue one'], [4, 'blue four']);
    await streamed('pair-production--green', 'web.stdout.log', [2, 'green two'], [3, 'green three']);
  });

  it('is told of both in order of time, with ids that differ', async () => {
    const answer = await asked('pair');
    expect(texts(answer)).toEqual(['blue one', 'green two', 'green three', 'blue four']);
    const lines = answer.ok ? answer.answer.lines : [];
    expect(new Set(lines.map(({ id }) => id)).size).toBe(4);
    expect(lines[1]?.stream).toBe('i-of-pair-production--green');
  });

  it('has the same ids when it is asked for again, from later on', async () => {
    const [first, again] = [await asked('pair'), await asked('pair', { since: '2026-11-21T01:00:03Z' })];
    const ids = (answer: typeof first) => (answer.ok ? answer.answer.lines.map(({ id }) => id) : []);
    expect(texts(again)).toEqual(['green three', 'blue four']);
    expect(ids(again)).toEqual(ids(first).slice(2));
  });

  it('is cut to the latest of all', async () => {
    const answer = await asked('pair', { most: 3 });
    expect(texts(answer)).toEqual(['green two', 'green three', 'blue four']);
    expect(answer).toMatchObject({ answer: { earlier: true } });
    expect(await asked('pair', { most: 4 })).toMatchObject({ answer: { earlier: false } });
  });

  it('is there while only one environment has written any', async () => {
    await prepared('single', PYTHON);
    await streamed('single-production--blue', 'web.stdout.log', [1, 'alone']);
    expect(texts(await asked('single'))).toEqual(['alone']);
  });

  it('lies elsewhere for a container, and is nothing before there is any', async () => {
    await prepared('boxed', DOCKER);
    expect(texts(await asked('boxed'))).toBe('LOGS_NONE');
    await streamed('boxed-production--blue', 'eb-docker/containers/eb-current-app/stdouterr.log', [1, 'boxed']);
    expect(texts(await asked('boxed'))).toEqual(['boxed']);
  });

  it('is looked for where the release writes that was prepared last', async () => {
    await prepared('moved', DOCKER);
    await streamed('moved-production--blue', 'web.stdout.log', [1, 'moved']);
    expect(texts(await asked('moved'))).toBe('LOGS_NONE');
    await prepared('moved', PYTHON, 'b'.repeat(20));
    expect(texts(await asked('moved'))).toEqual(['moved']);
  });
});
