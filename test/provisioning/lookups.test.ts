import { randomUUID } from 'node:crypto';
import { ACMClient, ListCertificatesCommand, ListTagsForCertificateCommand } from '@aws-sdk/client-acm';
import { CreateHostedZoneCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { lookUp } from '../../shared/provisioning/lookups.ts';
import { resolve, SMALL } from '../preview/samples.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { templateIn } from '../templates/samples.ts';

// Its own in each run: the emulator may be an older one.
const DOMAIN = `acme-${randomUUID().slice(0, 8)}.com`;
const LIST = /^pl-[0-9a-f]+$/;
let acm: ACMClient;
let route53: Route53Client;
let zone: string;

async function makeZone(Name: string, isPrivate = false): Promise<string> {
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({
      Name,
      CallerReference: randomUUID(),
      ...(isPrivate && {
        HostedZoneConfig: { PrivateZone: true },
        VPC: { VPCId: 'vpc-00000001', VPCRegion: 'us-east-1' },
      }),
    }),
  );
  return (HostedZone?.Id ?? '').replace('/hostedzone/', '');
}

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
  });
  acm = new ACMClient();
  route53 = new Route53Client();
  zone = await makeZone(DOMAIN);
  await makeZone(`private.${DOMAIN}`, true);
});

const asking = { environment: 'production', since: new Date('2026-01-02T03:04:05Z') };
const look = (domain: string, settings = {}, target = SMALL.ecs) => {
  const text = `${target}${domain && `domain: ${domain}\n`}`;
  return lookUp(templateIn(text), resolve(text), settings, asking);
};
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
const withCertificate = (more: string) => look(`{${more}, certificate: "${CERTIFICATE}"}`);
const certificates = async () => {
  const { CertificateSummaryList = [] } = await acm.send(new ListCertificatesCommand({}));
  return CertificateSummaryList.filter(({ DomainName }) => DomainName?.endsWith(DOMAIN));
};

describe('what AWS is asked for', () => {
  it('is nothing where the operator and the manifest say all', async () => {
    expect(await look('', { CLOUDFRONT_PREFIX_LIST: 'pl-1' })).toEqual({ found: {} });
    expect(await look('', {}, SMALL.lambda)).toEqual({ found: {} });
  });

  it('is which list holds CloudFront’s addresses', async () => {
    const looked = await look('');
    expect(looked).toEqual({ found: { CloudFrontPrefixList: expect.stringMatching(LIST) } });
  });

  it('is the zone of the domain: the longest public one that it ends with', async () => {
    const found = { Zone: zone, CloudFrontPrefixList: expect.stringMatching(LIST) };
    expect(await withCertificate(`name: www.shop.${DOMAIN}`)).toEqual({ found });
    expect(await withCertificate(`name: www.private.${DOMAIN}`)).toEqual({ found });
    const shop = await makeZone(`shop.${DOMAIN}`);
    expect(await withCertificate(`name: www.shop.${DOMAIN}`)).toEqual({ found: { ...found, Zone: shop } });
    expect(await withCertificate(`name: www.shop.${DOMAIN}, zone: ${DOMAIN}`)).toEqual({ found });
    expect(await withCertificate(`name: www.shop.${DOMAIN}, zone: Z0123456789ABC`)).toEqual({
      found: { ...found, Zone: 'Z0123456789ABC' },
    });
  });

  it.each([
    ['is not there', () => `name: shop.nowhere-${DOMAIN}`, 'ZONE_MISSING', 'nowhere'],
    ['is named and not there', () => `name: www.other.${DOMAIN}, zone: other.${DOMAIN}`, 'ZONE_MISSING', 'other'],
    ['is private', () => `name: www.private.${DOMAIN}, zone: private.${DOMAIN}`, 'ZONE_MISSING', 'private'],
    ['is not that of an alias', () => `name: ${DOMAIN}, aliases: [www.example.com]`, 'ZONE_FOREIGN', 'www.example.com'],
  ])('says what is wrong with a zone that %s', async (_, domain, code, told) => {
    expect(await look(`{${domain()}}`)).toMatchObject({
      outcome: 'refused',
      problems: [{ code, message: expect.stringContaining(told) }],
    });
    expect(await certificates()).toEqual([]);
  });

  it('says which zones there are where several have the name', async () => {
    const [one, other] = [await makeZone(`two.${DOMAIN}`), await makeZone(`two.${DOMAIN}`)];
    const looked = await look(`{name: shop.two.${DOMAIN}}`);
    expect(looked).toMatchObject({ outcome: 'refused', problems: [{ code: 'ZONE_AMBIGUOUS' }] });
    for (const id of [one, other]) expect(JSON.stringify(looked)).toContain(id);
  });
});

describe('the certificate that CloudFront shows', () => {
  it('is requested, proven, waited for, and found from then on', async () => {
    const domain = `{name: ${DOMAIN}, aliases: [www.${DOMAIN}]}`;
    const parked = await look(domain);
    expect(parked).toMatchObject({
      outcome: 'parked',
      awaits: expect.stringContaining(`AWS to issue the certificate for ${DOMAIN} in us-east-1`),
      deadline: '2026-01-02T05:04:05.000Z',
    });
    const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }));
    expect(ResourceRecordSets.filter(({ Type }) => Type === 'CNAME')).toHaveLength(2);

    const [made, ...others] = await certificates();
    expect(others).toEqual([]);
    const CdnCertificate = made?.CertificateArn;
    expect(await look(domain)).toMatchObject({ found: { Zone: zone, CdnCertificate } });
    expect(await look(domain)).toMatchObject({ found: { Zone: zone, CdnCertificate } });
    const { Tags } = await acm.send(new ListTagsForCertificateCommand({ CertificateArn: CdnCertificate }));
    expect(Tags).toEqual([
      { Key: 'pilotage:pilot', Value: 'acme-shop' },
      { Key: 'pilotage:environment', Value: 'production' },
    ]);
  });

  it('is another one for other names, and for another environment', async () => {
    await look(`{name: ${DOMAIN}}`);
    expect(await certificates()).toHaveLength(2);
    const text = `${SMALL.ecs}domain: {name: ${DOMAIN}}\n`;
    await lookUp(templateIn(text), resolve(text), {}, { ...asking, environment: 'staging' });
    expect(await certificates()).toHaveLength(3);
  });
});
