import { randomUUID, sign } from 'node:crypto';
import type { SnsMessage } from '../../shared/edge-sync/message.ts';
import type { Certified } from './certificate.ts';

/** AWS's own: https://docs.aws.amazon.com/vpc/latest/userguide/subscribe-notifications.html */
export const TOPIC = 'arn:aws:sns:us-east-1:806199016981:AmazonIpSpaceChanged';
export const CERTIFICATE = `https://sns.us-east-1.amazonaws.com/SimpleNotificationService-${'7e'.repeat(16)}.pem`;

/** That a list was published, as SNS says it, signed with that key. `other` is said instead, and signed too. */
export function announcement(
  { key }: Pick<Certified, 'key'>,
  { token, md5 = 'a'.repeat(32), at }: { token: number; md5?: string; at: Date },
  other: Partial<SnsMessage> = {},
): SnsMessage {
  const message: SnsMessage = {
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: TOPIC,
    Subject: 'AWS IP Space Changed',
    Message: JSON.stringify({
      'create-time': new Date(token * 1000).toISOString(),
      synctoken: String(token),
      md5,
      url: 'https://ip-ranges.amazonaws.com/ip-ranges.json',
    }),
    Timestamp: at.toISOString(),
    SignatureVersion: '1',
    Signature: '',
    SigningCertUrl: CERTIFICATE,
    ...other,
  };
  return { ...message, Signature: other.Signature ?? signature(message, key) };
}

function signature(message: SnsMessage, key: Certified['key']): string {
  const { Message, MessageId, Subject, Timestamp, TopicArn, Type } = message;
  const lines = [
    ...['Message', Message, 'MessageId', MessageId],
    ...(typeof Subject === 'string' ? ['Subject', Subject] : []),
    ...['Timestamp', Timestamp, 'TopicArn', TopicArn, 'Type', Type],
  ];
  const text = lines.map((line) => `${line}\n`).join('');
  const algorithm = message.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1';
  return sign(algorithm, Buffer.from(text), key).toString('base64');
}
