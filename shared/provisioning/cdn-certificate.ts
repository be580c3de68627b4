import { createHash } from 'node:crypto';
import {
  type CertificateWanted,
  CLOUDFRONT_REGION,
  findCertificate,
  lookAtCertificate,
  requestCertificate,
} from '../aws/certificates.ts';
import { setRecords } from '../aws/hosted-zones.ts';
import { type Failed, failed, type Parked, parked } from '../outcome.ts';
import { tagsOf } from './wanted.ts';

/** AWS issues it within minutes once it has seen the records. */
const PATIENCE_HOURS = 2;
const LOOK_AGAIN_SECONDS = 20;

export interface CertificateAsked {
  pilot: string;
  environment: string;
  names: readonly string[];
  /** The id of the hosted zone of all of them. */
  zone: string;
  /** When the deployment began with it. */
  since: Date;
}

/**
 * The certificate that CloudFront shows for a pilot: requested where it is not there, proven by records in the pilot's zone, and
 * waited for until AWS has issued it.
 */
export async function cdnCertificate(asked: CertificateAsked): Promise<{ certificate: string } | Parked | Failed> {
  const wanted = wantedOf(asked);
  const certificate = (await findCertificate(wanted)) ?? (await requestCertificate(wanted));
  const now = await lookAtCertificate(certificate);
  switch (now.state) {
    case 'issued':
      return { certificate };
    case 'failed':
      return failed('CERTIFICATE_FAILED', `AWS issued no certificate for ${asked.names[0]}: ${now.reason}`);
    case 'waiting':
      if (now.records.length > 0) await setRecords(asked.zone, now.records);
      return waiting(asked);
  }
}

function wantedOf({ pilot, environment, names }: CertificateAsked): CertificateWanted {
  const token = createHash('sha256')
    .update(JSON.stringify([pilot, environment, names]))
    .digest('hex')
    .slice(0, 32);
  return { names, tags: tagsOf(pilot, environment), token };
}

const waiting = ({ names, zone, since }: CertificateAsked): Parked =>
  parked(
    `AWS to issue the certificate for ${names[0]} in ${CLOUDFRONT_REGION}, which it does once the world sees its record in the zone ${zone}`,
    new Date(since.getTime() + PATIENCE_HOURS * 3_600_000),
    new Date(Date.now() + LOOK_AGAIN_SECONDS * 1000),
  );
