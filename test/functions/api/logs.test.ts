import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { handler } from '../../../functions/api/api.ts';
import type { ApiAnswer } from '../../../shared/api.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const ask = (more: object) =>
  handler({ action: 'logs', since: '2026-11-21T00:00:00Z', ...more } as never) as Promise<ApiAnswer<'logs'>>;
const at = (second: number) => Date.UTC(2026, 10, 21, 1, 0, second);

/** A pilot whose tasks logged these lines: stream, second, text. */
async function logged(pilot: string, ...lines: [stream: string, second: number, text: string][]) {
  await stage.upload(pilot, manifestOf(pilot));
  const logs = new CloudWatchLogsClient({});
  const logGroupName = `/pilots/${pilot}/production`;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  for (const logStreamName of new Set(lines.map(([stream]) => stream))) {
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    const logEvents = lines
      .filter(([stream]) => stream === logStreamName)
      .map(([, second, message]) => ({ timestamp: at(second), message }));
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  }
}
const texts = (answer: ApiAnswer<'logs'>) => (answer.ok ? answer.answer.lines.map(({ text }) => text) : []);

describe('what a pilot has logged', () => {
  beforeAll(() => logged('talks', ['task/1', 1, 'one\n'], ['task/2', 2, 'two'], ['task/1', 3, 'three']));

  it('is told in order of time, with the task that each line is of', async () => {
    const answer = await ask({ pilot: 'talks' });
    expect(texts(answer)).toEqual(['one', 'two', 'three']);
    expect(answer.ok && answer.answer.lines[1]).toEqual({
      id: expect.any(String),
      at: '2026-11-21T01:00:02.000Z',
      stream: 'task/2',
      text: 'two',
    });
  });

  it('is told from a time on, and only the latest of it', async () => {
    expect(texts(await ask({ pilot: 'talks', since: '2026-11-21T01:00:02Z' }))).toEqual(['two', 'three']);
    expect(texts(await ask({ pilot: 'talks', most: 1 }))).toEqual(['three']);
  });

  it('is cut to what an answer can carry: the latest', async () => {
    const long = 'x'.repeat(200_000);
    await logged('shouts', ...Array.from({ length: 12 }, (_, n): [string, number, string] => ['t', n, `${n} ${long}`]));
    const found = texts(await ask({ pilot: 'shouts' }));
    expect(found.map((text) => text.split(' ')[0])).toEqual(['3', '4', '5', '6', '7', '8', '9', '10', '11']);
  });

  it('is nothing for a pilot that runs nowhere, and for one that nobody knows', async () => {
    await stage.upload('silent', manifestOf('silent'));
    expect(await ask({ pilot: 'silent' })).toMatchObject({ ok: false, code: 'LOGS_NONE' });
    expect(await ask({ pilot: 'nobody' })).toMatchObject({ ok: false, code: 'PILOT_UNKNOWN' });
    expect(await ask({ pilot: 'talks', environment: 'staging' })).toMatchObject({ code: 'ENVIRONMENT_UNKNOWN' });
  });

  it.each([
    ['no time', { since: undefined }],
    ['a time that is none', { since: '2026-13-01T00:00:00Z' }],
    ['too many lines', { most: 10_001 }],
  ])('is not told for %s', async (_, more) => {
    expect(await ask({ pilot: 'talks', ...more })).toMatchObject({ ok: false, code: 'REQUEST_INVALID' });
  });
});
