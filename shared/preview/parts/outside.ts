import { type Component, nameIn, type Resource, type Site } from '../model.ts';
import type { TargetPlan } from '../targets/target.ts';
import { monthly, perMillion } from '../uses.ts';
import { frontOf } from './links.ts';

/** Of a million requests, so many ask DNS anew: a guess. */
const LOOKUPS = 0.1;
/** Mails a month: a guess. */
const MAILS = 1000;

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-aws-resources.html */
export function domainOf({ manifest: { domain } }: Site, { door, components: [main] }: TargetPlan): Component[] {
  if (!domain) return [];
  const names = [domain.name, ...(domain.aliases ?? [])];
  const zone = domain.zone ?? parentOf(domain.name);
  return [
    {
      name: 'domain',
      function: 'The pilot’s own address, with a certificate that renews itself',
      fits: `names ${door.cdn === 'none' ? (frontOf(door) ?? `the ${main.name}`) : 'the CDN'}; the hosted zone ${zone} has to be there`,
      resources: [
        ...names.map((name) => ({
          type: 'AWS::Route53::RecordSet',
          name: `${name} (A, AAAA)`,
          settings: { zone, 'points to': door.cdn === 'none' ? (frontOf(door) ?? `the ${main.name}`) : 'the CDN' },
          fixed: ['zone'],
        })),
        ...certificate(domain, names, door.cdn !== 'none'),
      ],
      uses: [perMillion('route53.query.million', LOOKUPS, 'looking the address up')],
    },
  ];
}

/** `shop.example.com` lies in `example.com`, and so does `example.com` itself. */
function parentOf(name: string): string {
  const labels = name.split('.');
  return labels.slice(labels.length > 2 ? 1 : 0).join('.');
}

/** CloudFront takes certificates of us-east-1 alone. */
const certificate = (
  { name, certificate: given }: NonNullable<Site['manifest']['domain']>,
  names: string[],
  isForCdn: boolean,
): Resource[] =>
  given
    ? []
    : [
        {
          type: 'AWS::CertificateManager::Certificate',
          name,
          settings: { names: names.join(', '), ...(isForCdn && { region: 'us-east-1' }) },
          fixed: ['names'],
        },
      ];

/** https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dmarc.html */
export function emailOf({ manifest: { email, domain } }: Site): Component[] {
  if (!email) return [];
  const sender = email.domain ?? domain?.name ?? '';
  const record = (name: string, type: string, says: string): Resource => ({
    type: 'AWS::Route53::RecordSet',
    name: `${name} (${type})`,
    settings: { says },
  });
  return [
    {
      name: 'email',
      function: `Mail in the name of ${sender}, signed so that it arrives`,
      fits: 'the pilot sends through SES; DNS says that it may',
      resources: [
        { type: 'AWS::SES::EmailIdentity', name: sender, settings: { signs: 'with DKIM' } },
        record(`…._domainkey.${sender}`, 'CNAME', 'three DKIM keys'),
        record(
          `_dmarc.${sender}`,
          'TXT',
          `DMARC, ${email.dmarc}${email.reports ? `, reports to ${email.reports}` : ''}`,
        ),
        ...(email.mx ? [record(sender, 'MX', email.mx.join(', '))] : []),
      ],
      uses: [monthly('ses.1000', MAILS / 1000, `mails, taken as ${MAILS} a month`)],
    },
  ];
}

/** Who is told: the operator’s topic and Slack are there already. */
export function notificationsOf(site: Site): Component[] {
  const { email = [], slack, webhooks = [], level } = site.manifest.notifications;
  const told = [...email, ...(slack ? [slack] : []), ...webhooks.map(({ url }) => new URL(url).host)];
  if (told.length === 0) return [];
  return [
    {
      name: 'notifications',
      function: `Tell people and programs of ${level === 'all' ? 'every deployment' : 'what fails'}`,
      fits: `to ${told.join(', ')}`,
      resources: email.length
        ? [{ type: 'AWS::SNS::Topic', name: nameIn(site, 'topic'), settings: { 'told by e-mail': email.join(', ') } }]
        : [],
      uses: [],
    },
  ];
}
