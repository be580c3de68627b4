import { announcedIn, claimOf, isSigned, type SnsMessage } from '../../shared/edge-sync/message.ts';
import { announcement, CERTIFICATE, TOPIC } from '../support/announcement.ts';
import { certify } from '../support/certificate.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const days = (count: number) => new Date(NOW.getTime() + count * 86_400_000);
const sns = certify('sns.amazonaws.com', days(-30), days(300));
const about = { token: 1_795_000_000, at: days(-1) };
const said = (other?: Partial<SnsMessage>) => announcement(sns, about, other);

describe('a message of SNS', () => {
  it.each([
    ['1', {}],
    ['2', { SignatureVersion: '2' }],
    ['1, without a subject', { Subject: null }],
    ['1, with line breaks', { Message: 'one\ntwo\n' }],
  ])('signed by version %s holds', (_, other) => {
    const message = said(other);
    expect(claimOf(message, TOPIC, NOW)).toEqual({ certificate: CERTIFICATE });
    expect(isSigned(message, sns.pem, NOW)).toBe(true);
  });

  it('names its certificate as SNS spells it, or as Lambda does', () => {
    const { SigningCertUrl, ...rest } = said();
    expect(claimOf({ ...rest, SigningCertURL: SigningCertUrl }, TOPIC, NOW)).toEqual({ certificate: CERTIFICATE });
    const elsewhere = CERTIFICATE.replace('us-east-1', 'eu-west-1');
    expect(claimOf({ ...rest, SigningCertURL: elsewhere }, TOPIC, NOW)).toHaveProperty('fault');
  });

  it('says which list was published', () => {
    expect(announcedIn(announcement(sns, { ...about, md5: 'ABCDEF0123456789abcdef0123456789' }))).toEqual({
      token: 1_795_000_000,
      md5: 'abcdef0123456789abcdef0123456789',
    });
  });

  it.each([
    ['no JSON', '<html>'],
    ['null', 'null'],
    ['no token', '{"md5":"0123456789abcdef0123456789abcdef"}'],
    ['a token of another form', '{"synctoken":"1e9","md5":"0123456789abcdef0123456789abcdef"}'],
    ['a number as token', '{"synctoken":1795000000,"md5":"0123456789abcdef0123456789abcdef"}'],
    ['no md5', '{"synctoken":"1795000000"}'],
    ['half an md5', '{"synctoken":"1795000000","md5":"0123456789abcdef"}'],
  ])('with %s announces nothing', (_, Message) => {
    expect(announcedIn(said({ Message }))).toBeUndefined();
  });
});

describe('a message is told from a forged one', () => {
  it.each([
    ['another host', 'https://sns.us-east-1.amazonaws.com.example.com/SimpleNotificationService-7e.pem'],
    ['another region', 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-7e.pem'],
    ['a bucket of anybody', 'https://s3.us-east-1.amazonaws.com/SimpleNotificationService-7e.pem'],
    ['http', 'http://sns.us-east-1.amazonaws.com/SimpleNotificationService-7e.pem'],
    ['a port', 'https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-7e.pem'],
    ['a user', 'https://sns.us-east-1.amazonaws.com@example.com/SimpleNotificationService-7e.pem'],
    ['another path', 'https://sns.us-east-1.amazonaws.com/x/SimpleNotificationService-7e.pem'],
    ['a way up', 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-/../x.pem'],
    ['a query', 'https://sns.us-east-1.amazonaws.com/?Action=x&y=SimpleNotificationService-7e.pem'],
    ['no certificate at all', undefined],
  ])('by the place of its certificate: %s', (_, SigningCertUrl) => {
    const message = { ...said(), SigningCertUrl };
    expect(claimOf(message, TOPIC, NOW)).toEqual({ fault: 'its certificate is none of SNS’s' });
  });

  it.each([
    ['another topic', { TopicArn: TOPIC.replace('Ip', 'Xp') }, /another topic/],
    ['a topic of another account', { TopicArn: TOPIC.replace('806199016981', '123456789012') }, /another topic/],
    ['a topic of another region', { TopicArn: TOPIC.replace('us-east-1', 'eu-west-1') }, /another topic/],
    ['a confirmation', { Type: 'SubscriptionConfirmation' }, /no notification/],
    ['one of last week', { Timestamp: days(-7.01).toISOString() }, /not of these days/],
    ['one of tomorrow', { Timestamp: days(1).toISOString() }, /not of these days/],
    ['one of no time', { Timestamp: 'yesterday' }, /not of these days/],
    ['a version that there is not', { SignatureVersion: '3' }, /no way that SNS knows/],
    ['a version by another name', { SignatureVersion: 'constructor' }, /no way that SNS knows/],
  ])('by what it says of itself: %s', (_, other, fault) => {
    expect(claimOf(said(other), TOPIC, NOW)).toEqual({ fault: expect.stringMatching(fault) });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'text'],
    ['an empty one', {}],
    ['a number for its message', { ...said(), Message: 1 }],
    ['a subject that is no text', { ...said(), Subject: {} }],
  ])('by its form: %s', (_, message) => {
    expect(claimOf(message, TOPIC, NOW)).toEqual({ fault: expect.any(String) });
  });

  it.each(['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)(
    'by its signature, where %s was changed',
    (field) => {
      expect(isSigned({ ...said(), [field]: `${said()[field]} ` }, sns.pem, NOW)).toBe(false);
    },
  );

  it('by its signature, where the subject was taken away or the version changed', () => {
    expect(isSigned({ ...said(), Subject: null }, sns.pem, NOW)).toBe(false);
    expect(isSigned({ ...said(), SignatureVersion: '2' }, sns.pem, NOW)).toBe(false);
    expect(isSigned(said({ Signature: 'FAKE' }), sns.pem, NOW)).toBe(false);
    expect(isSigned(said({ Signature: '' }), sns.pem, NOW)).toBe(false);
  });

  it('by its certificate: another’s, one whose time is not now, and none', () => {
    const other = certify('sns.amazonaws.com', days(-30), days(300));
    expect(isSigned(said(), other.pem, NOW)).toBe(false);
    expect(isSigned(said(), sns.pem, days(301))).toBe(false);
    expect(isSigned(said(), sns.pem, days(-31))).toBe(false);
    expect(isSigned(said(), '<html>', NOW)).toBe(false);
    expect(isSigned(said(), '', NOW)).toBe(false);
  });

  it('of China by what SNS has there', () => {
    const topic = 'arn:aws-cn:sns:cn-north-1:806199016981:AmazonIpSpaceChanged';
    const message = said({
      TopicArn: topic,
      SigningCertUrl: 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-7e.pem',
    });
    expect(claimOf(message, topic, NOW)).toHaveProperty('certificate');
    expect(claimOf({ ...message, SigningCertUrl: CERTIFICATE }, topic, NOW)).toHaveProperty('fault');
  });
});
