import {
  ACMClient,
  type CertificateDetail,
  type CertificateStatus,
  type CertificateSummary,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm';
import { clientConfig } from './config.ts';
import type { DnsRecord } from './hosted-zones.ts';

/** CloudFront takes certificates from nowhere else: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html */
export const CLOUDFRONT_REGION = 'us-east-1';
const client = new ACMClient({ ...clientConfig, region: CLOUDFRONT_REGION });

/** A certificate for CloudFront, as it is to be. */
export interface CertificateWanted {
  /** The first is the certificate's own. */
  names: readonly string[];
  tags: Record<string, string>;
  /** Of letters, digits and underscores, at most 32: within an hour AWS makes one certificate of it. */
  token: string;
}

const USABLE: CertificateStatus[] = ['ISSUED', 'PENDING_VALIDATION'];
/** https://docs.aws.amazon.com/acm/latest/APIReference/API_Filters.html: without it only RSA 2048 is listed, which is what is asked for. */
const PAGE = 1000;

/**
 * The certificate that was made for these names and carries these tags: one that is issued before one that
 * is not yet, the oldest first, so that the same one is found each time.
 * @see https://docs.aws.amazon.com/acm/latest/APIReference/API_ListCertificates.html
 */
export async function findCertificate({ names, tags }: CertificateWanted): Promise<string | undefined> {
  const fitting: CertificateSummary[] = [];
  for (let next: string | undefined; ; ) {
    const page = await client.send(
      new ListCertificatesCommand({ CertificateStatuses: USABLE, MaxItems: PAGE, ...(next && { NextToken: next }) }),
    );
    fitting.push(...(page.CertificateSummaryList ?? []).filter((one) => isFor(one, names)));
    next = page.NextToken;
    if (!next) break;
  }
  for (const { CertificateArn = '' } of fitting.sort(byUse))
    if (await hasTags(CertificateArn, tags)) return CertificateArn;
  return undefined;
}

function isFor(
  { DomainName, SubjectAlternativeNameSummaries = [] }: CertificateSummary,
  names: readonly string[],
): boolean {
  const all = new Set([DomainName, ...SubjectAlternativeNameSummaries]);
  return DomainName === names[0] && all.size === names.length && names.every((name) => all.has(name));
}

const byUse = (one: CertificateSummary, other: CertificateSummary): number =>
  USABLE.indexOf(one.Status ?? 'PENDING_VALIDATION') - USABLE.indexOf(other.Status ?? 'PENDING_VALIDATION') ||
  (one.CreatedAt?.getTime() ?? 0) - (other.CreatedAt?.getTime() ?? 0);

async function hasTags(arn: string, tags: Record<string, string>): Promise<boolean> {
  const { Tags = [] } = await client.send(new ListTagsForCertificateCommand({ CertificateArn: arn }));
  return Object.entries(tags).every(([key, value]) => Tags.some((tag) => tag.Key === key && tag.Value === value));
}

/** https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
export async function requestCertificate({ names, tags, token }: CertificateWanted): Promise<string> {
  const [DomainName, ...others] = names;
  const { CertificateArn } = await client.send(
    new RequestCertificateCommand({
      DomainName,
      ...(others.length > 0 && { SubjectAlternativeNames: others }),
      ValidationMethod: 'DNS',
      IdempotencyToken: token,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  if (!CertificateArn) throw new Error(`ACM answered no certificate for ${DomainName}`);
  return CertificateArn;
}

/** `waiting`: the records prove to AWS whose the names are; there may be none in the first seconds. */
export type CertificateNow =
  | { state: 'issued' }
  | { state: 'waiting'; records: DnsRecord[] }
  | { state: 'failed'; reason: string };

/** https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html */
export async function lookAtCertificate(arn: string): Promise<CertificateNow> {
  const { Certificate = {} } = await client.send(new DescribeCertificateCommand({ CertificateArn: arn }));
  if (Certificate.Status === 'ISSUED') return { state: 'issued' };
  if (Certificate.Status === 'PENDING_VALIDATION') return { state: 'waiting', records: recordsOf(Certificate) };
  return { state: 'failed', reason: Certificate.FailureReason ?? Certificate.Status ?? 'no reason was given' };
}

/** Two names may be proven by one record. */
function recordsOf({ DomainValidationOptions = [] }: CertificateDetail): DnsRecord[] {
  const records = DomainValidationOptions.flatMap(({ ResourceRecord: record }) =>
    record?.Name && record.Type && record.Value ? [{ name: record.Name, type: record.Type, value: record.Value }] : [],
  );
  return [...new Map(records.map((record) => [record.name, record])).values()];
}
