import type { SNSEvent } from 'aws-lambda';
import { setting } from '../../shared/aws/config.ts';
import { announcedIn, claimOf, isSigned, type SnsMessage } from '../../shared/edge-sync/message.ts';
import { logOf } from '../../shared/log.ts';

const log = logOf('ip-ranges');

/**
 * AWS announced a list of its addresses: https://docs.aws.amazon.com/vpc/latest/userguide/subscribe-notifications.html
 * Only what SNS signed counts. What is announced is looked at once, and not at all where a newer list is known.
 */
export async function handler({ Records }: SNSEvent): Promise<void> {
  for (const { Sns } of Records) await take(Sns as SnsMessage);
}

async function take(message: SnsMessage): Promise<void> {
  const now = new Date();
  const refuse = (fault: string) => log.error('the message was refused', { fault, id: message?.MessageId });
  const claim = claimOf(message, setting('IP_RANGES_TOPIC'), now);
  if ('fault' in claim) return refuse(claim.fault);
  const { certificateAt } = await import('../../shared/edge-sync/certificate.ts');
  const pem = await certificateAt(claim.certificate);
  if (pem === undefined || !isSigned(message, pem, now)) return refuse('it is not signed by SNS');
  const announced = announcedIn(message);
  if (!announced) return refuse('it announces no list');

  const { findRanges } = await import('../../shared/ledger/edge-ranges.ts');
  const known = await findRanges();
  if (known && known.token > announced.token) return log.info('a newer list is known', { ...announced });
  const { announcedRun, startRun } = await import('../../shared/edge-sync/start.ts');
  const isNew = await startRun(announcedRun(announced.token), { reason: 'announced', announced });
  log.info(isNew ? 'announced' : 'announced before', { ...announced });
}
