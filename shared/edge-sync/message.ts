import { verify, X509Certificate } from 'node:crypto';

/** What SNS hands to a function: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export interface SnsMessage {
  Type: string;
  MessageId: string;
  TopicArn: string;
  Subject?: string | null;
  Message: string;
  Timestamp: string;
  SignatureVersion: string;
  Signature: string;
  /** As Lambda spells it; SNS itself, and Lambda’s documentation, do so otherwise. */
  SigningCertUrl: string;
  SigningCertURL?: string;
}

/** That a list was published: https://docs.aws.amazon.com/vpc/latest/userguide/subscribe-notifications.html */
export interface Announced {
  /** Seconds since 1970. */
  token: number;
  md5: string;
}

/** Where a certificate of SNS may be fetched from, or why the message is none of ours. */
export type Claimed = { certificate: string } | { fault: string };

const WEEK_MS = 7 * 86_400_000;
/** Clocks differ. */
const AHEAD_MS = 15 * 60_000;

/** Each of them is signed, in this order: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
const SIGNED = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const GIVEN = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'] as const;
const ALGORITHMS = new Map<unknown, string>([
  ['1', 'RSA-SHA1'],
  ['2', 'RSA-SHA256'],
]);

/**
 * What a message claims, before anything is fetched for its sake: that it is of this topic, of these days, and signed with a
 * certificate that lies where SNS has its own in the topic's region.
 */
export function claimOf(message: unknown, topic: string, now: Date): Claimed {
  const { Subject, SignatureVersion, Signature, SigningCertURL, ...rest } = Object(message) as Partial<SnsMessage>;
  const { SigningCertUrl = SigningCertURL } = rest;
  if (GIVEN.some((field) => typeof rest[field] !== 'string')) return { fault: 'it is no message of SNS' };
  if (typeof Subject !== 'string' && Subject !== undefined && Subject !== null)
    return { fault: 'its subject is no text' };
  if (rest.Type !== 'Notification') return { fault: 'it is no notification' };
  if (rest.TopicArn !== topic) return { fault: `it is of another topic than ${topic}` };
  const age = now.getTime() - Date.parse(rest.Timestamp ?? '');
  if (!(age <= WEEK_MS && age >= -AHEAD_MS)) return { fault: 'it is not of these days' };
  if (!ALGORITHMS.has(SignatureVersion) || typeof Signature !== 'string')
    return { fault: 'it is signed in no way that SNS knows' };
  if (typeof SigningCertUrl !== 'string' || !isOfSns(SigningCertUrl, topic))
    return { fault: 'its certificate is none of SNS’s' };
  return { certificate: SigningCertUrl };
}

/** Text by text, so that nothing that a URL may contain leads anywhere else. */
function isOfSns(url: string, topic: string): boolean {
  const [, partition, , region] = topic.split(':');
  const beginning = `https://sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}/`;
  return (
    url.startsWith(beginning) && /^SimpleNotificationService-[0-9a-f]{1,64}\.pem$/.test(url.slice(beginning.length))
  );
}

/** Whether who has the certificate's key signed the message. `pem` is what lies at the claimed place. */
export function isSigned(message: SnsMessage, pem: string, now: Date): boolean {
  const certificate = certificateOf(pem);
  if (!certificate) return false;
  const { validFromDate, validToDate, publicKey } = certificate;
  if (now < validFromDate || now > validToDate || publicKey.asymmetricKeyType !== 'rsa') return false;
  const text = SIGNED.filter((field) => typeof message[field] === 'string')
    .map((field) => `${field}\n${message[field]}\n`)
    .join('');
  return verify(
    ALGORITHMS.get(message.SignatureVersion),
    Buffer.from(text),
    publicKey,
    Buffer.from(message.Signature, 'base64'),
  );
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** What the message says; where the list lies it says too, and nobody goes by that. */
export function announcedIn(message: SnsMessage): Announced | undefined {
  const { synctoken, md5 } = jsonOf(message.Message);
  if (typeof synctoken !== 'string' || !/^[1-9]\d{8,11}$/.test(synctoken)) return undefined;
  if (typeof md5 !== 'string' || !/^[0-9a-f]{32}$/i.test(md5)) return undefined;
  return { token: Number(synctoken), md5: md5.toLowerCase() };
}

function jsonOf(text: string): { synctoken?: unknown; md5?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
