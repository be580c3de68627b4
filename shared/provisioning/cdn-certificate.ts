import { createHash } from 'node:crypto';
import {
  type CertificateWanted,
  CLOUDFRONT_REGION,
  findCertificate,
  lookAtCertificate,
  requestCertificate,
} from '../aws/certificates.ts';
import { type DnsRecord, setRecords } from '../aws/hosted-zones.ts';
import { ownerTags } from '../manifest/owner-tags.ts';
import { type Failed, failed, type Parked, parked } from '../outcome.ts';

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
    case 'waiting': {
      const other = now.records.find((record) => !isProof(record));
      if (other) return failed('CERTIFICATE_RECORD_UNKNOWN', `${toldOf(other)}; nothing was written`);
      if (now.records.length > 0) await setRecords(asked.zone, now.records);
      return waiting(asked);
    }
  }
}

/** The one that is there, issued or not; none is requested. */
export const certificateThere = (asked: Omit<CertificateAsked, 'zone' | 'since'>): Promise<string | undefined> =>
  findCertificate(wantedOf(asked));

/**
 * Whether a record proves a name to AWS and does nothing else: whatever ACM answers, what visitors are led by is never written over.
 * https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
const isProof = ({ name, type, value }: DnsRecord): boolean =>
  type === 'CNAME' && name.startsWith('_') && /\.acm-validations\.aws\.?$/.test(value);

const toldOf = ({ name, type, value }: DnsRecord): string =>
  `to prove a name, AWS asks for the record ${name} ${type} ${value}, which is not of the kind that Pilotage writes: a CNAME that begins with _ and leads to acm-validations.aws`;

function wantedOf({ pilot, environment, names }: Omit<CertificateAsked, 'zone' | 'since'>): CertificateWanted {
  const token = createHash('sha256')
    .update(JSON.stringify([pilot, environment, names]))
    .digest('hex')
    .slice(0, 32);
  return { names, tags: ownerTags({ pilot, environment }), token };
}

const waiting = ({ names, zone, since }: CertificateAsked): Parked =>
  parked(
    `AWS to issue the certificate for ${names[0]} in ${CLOUDFRONT_REGION}, which it does once the world sees its record in the zone ${zone}`,
    new Date(since.getTime() + PATIENCE_HOURS * 3_600_000),
    new Date(Date.now() + LOOK_AGAIN_SECONDS * 1000),
  );
