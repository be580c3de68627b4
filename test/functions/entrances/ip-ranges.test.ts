import type { SNSEvent } from 'aws-lambda';
import { handler } from '../../../functions/entrances/ip-ranges.ts';
import { keepRanges } from '../../../shared/ledger/edge-ranges.ts';
import { announcement, CERTIFICATE, TOPIC } from '../../support/announcement.ts';
import { certify } from '../../support/certificate.ts';
import { type Stage, setStage } from '../../support/stage.ts';

const TOKEN = 1_795_000_000;
const day = (count: number) => new Date(Date.now() + count * 86_400_000);
const sns = certify('sns.amazonaws.com', day(-30), day(300));

let stage: Stage;
let fetched: string[];
beforeAll(async () => {
  stage = await setStage();
  process.env.IP_RANGES_TOPIC = TOPIC;
});
beforeEach(async () => {
  await stage.fresh();
  fetched = [];
  certificate(() => new Response(sns.pem));
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => stage.close());

/** What lies where SNS has its certificates; nobody answers in its place on this machine. */
function certificate(answer: () => Response): void {
  const real = globalThis.fetch;
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, more) => {
    if (!String(url).startsWith('https://sns.')) return real(url, more);
    fetched.push(`${url} ${more?.redirect}`);
    return answer();
  });
}

const said = (other: Parameters<typeof announcement>[2] = {}, token = TOKEN) =>
  announcement(sns, { token, at: new Date() }, other);
const deliver = (...messages: object[]) =>
  handler({ Records: messages.map((Sns) => ({ Sns })) } as unknown as SNSEvent);

describe('an announcement', () => {
  it('starts one run, named after its list, however often it comes', async () => {
    const message = said();
    await deliver(message, message);
    await deliver(message);
    expect(stage.started).toEqual([
      {
        machine: process.env.EDGE_MACHINE,
        name: `ranges-${TOKEN}`,
        input: { reason: 'announced', announced: { token: TOKEN, md5: 'a'.repeat(32) } },
      },
    ]);
    expect(new Set(fetched)).toEqual(new Set([`${CERTIFICATE} error`]));
  });

  it('of a list before the one that is known starts nothing; that of the known one does', async () => {
    const blocks = { CLOUDFRONT: [], CLOUDFRONT_ORIGIN_FACING: [] };
    await keepRanges({ token: TOKEN, readAt: new Date().toISOString(), blocks });
    await deliver(said({}, TOKEN - 1));
    expect(stage.started).toEqual([]);
    await deliver(said());
    expect(stage.started).toHaveLength(1);
  });
});

describe('what is forged', () => {
  it.each([
    [
      'a certificate of another host',
      { SigningCertUrl: 'https://sns.us-east-1.example.com/SimpleNotificationService-7e.pem' },
    ],
    ['a certificate by http', { SigningCertUrl: CERTIFICATE.replace('https', 'http') }],
    ['another topic', { TopicArn: TOPIC.replace('Changed', 'Changes') }],
    ['the topic of another account', { TopicArn: TOPIC.replace('806199016981', '123456789012') }],
    ['one of last week', { Timestamp: day(-8).toISOString() }],
  ])('%s: starts nothing, and nothing is fetched for its sake', async (_, other) => {
    await deliver(said(other));
    expect([stage.started, fetched]).toEqual([[], []]);
  });

  it('is written down by the words that the alarm goes by', async () => {
    jest.spyOn(console, 'info').mockImplementation(() => {});
    const written = jest.spyOn(console, 'error').mockImplementation(() => {});
    process.env.LOG_LEVEL = '';
    await deliver(said({ Type: 'Other' })).finally(() => {
      process.env.LOG_LEVEL = 'silent';
    });
    expect(JSON.parse(String(written.mock.calls[0]?.[0]))).toMatchObject({
      ...{ level: 'error', message: 'the message was refused', fault: 'it is no notification' },
    });
  });

  it('a changed body starts nothing', async () => {
    const message = said();
    await deliver({ ...message, Message: message.Message.replace(String(TOKEN), String(TOKEN + 1)) });
    expect([stage.started, fetched.length]).toEqual([[], 1]);
  });

  it('a message that somebody else signed starts nothing', async () => {
    await deliver(announcement(certify('sns.amazonaws.com', day(-1), day(1)), { token: TOKEN, at: new Date() }));
    expect(stage.started).toEqual([]);
  });

  it('a signed message that announces no list starts nothing', async () => {
    await deliver(said({ Message: 'hello' }));
    expect(stage.started).toEqual([]);
  });

  it('no message at all starts nothing', async () => {
    await deliver({});
    expect([stage.started, fetched]).toEqual([[], []]);
  });
});

describe('SNS’s certificate', () => {
  it('that is not there, or is a page of megabytes, is none', async () => {
    certificate(() => new Response('gone', { status: 404 }));
    await deliver(said());
    certificate(() => new Response('x'.repeat(2_000_000)));
    await deliver(said());
    expect(stage.started).toEqual([]);
  });

  it('that cannot be had now is asked for when the message is delivered again', async () => {
    certificate(() => new Response('busy', { status: 503 }));
    await expect(deliver(said())).rejects.toThrow('503');
    certificate(() => new Response(sns.pem));
    await deliver(said());
    expect(stage.started).toHaveLength(1);
  });
});
