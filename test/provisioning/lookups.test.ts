import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACMClient, ListCertificatesCommand, ListTagsForCertificateCommand } from '@aws-sdk/client-acm';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateHostedZoneCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { entriesOf } from '../../shared/aws/prefix-lists.ts';
import { keepRanges } from '../../shared/ledger/edge-ranges.ts';
import { lookUp } from '../../shared/provisioning/lookups.ts';
import { some } from '../edge-sync/world.ts';
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

describe('what lets CloudFront in', () => {
  const lookFor = (edge: string) => {
    const text = `${SMALL.ecs}edge: ${edge}\n`;
    return lookUp(templateIn(text), resolve(text), {}, asking);
  };
  beforeAll(async () => {
    process.env.TABLE = `test-${randomUUID().slice(0, 8)}`;
    process.env.INSTALLATION = process.env.TABLE;
    process.env.IP_RANGES_URL = 'http://127.0.0.1:9/';
    const key = { pk: 'HASH', sk: 'RANGE' } as const;
    await new DynamoDBClient({}).send(
      new CreateTableCommand({
        TableName: process.env.TABLE,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: Object.keys(key).map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: Object.entries(key).map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
      }),
    );
  });

  it.each(['rules', 'prefix-list'])('is waited for in the mode %s before the ranges are known', async (mode) => {
    expect(await lookFor(`{mode: ${mode}}`)).toMatchObject({
      outcome: 'parked',
      awaits: expect.stringContaining('AWS’s list of CloudFront’s addresses'),
    });
  });

  it('is made once, filled, for each family that is wanted', async () => {
    const cidrs = some(20);
    const blocks = { CLOUDFRONT_ORIGIN_FACING: cidrs, CLOUDFRONT: some(70) };
    await keepRanges({ token: 1_767_000_000, readAt: new Date().toISOString(), blocks });
    const both = await lookFor('{mode: prefix-list}');
    expect(both).toEqual({
      found: { EdgeListIpv4: expect.stringMatching(LIST), EdgeListIpv6: expect.stringMatching(LIST) },
    });
    if (!('found' in both)) throw new Error('there are no lists');
    const { EdgeListIpv4 = '' } = both.found;
    expect(await lookFor('{mode: prefix-list, ipv6: false}')).toEqual({ found: { EdgeListIpv4 } });
    expect((await entriesOf({ id: EdgeListIpv4, version: 1 })).sort()).toEqual(cidrs.sort());
  });

  it('is nothing that is looked up in the mode rules, where there is room', async () => {
    expect(await lookFor('{mode: rules}')).toEqual({ found: {} });
  });

  it('is refused before anything is changed where it does not fit into a group', async () => {
    expect(await lookFor('{mode: prefix-list, service: CLOUDFRONT}')).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'EDGE_QUOTA' }],
    });
  });

  it('is refused where AWS’s own list does not', async () => {
    const quotas = createServer((_, response) => response.end(JSON.stringify({ Quota: { Value: 50 } })));
    await new Promise<void>((ready) => quotas.listen(0, '127.0.0.1', ready));
    try {
      process.env.AWS_ENDPOINT_URL_SERVICE_QUOTAS = `http://127.0.0.1:${(quotas.address() as AddressInfo).port}`;
      await jest.isolateModulesAsync(async () => {
        const { lookUp: lookAgain } = await import('../../shared/provisioning/lookups.ts');
        const text = `${SMALL.ecs}edge: {mode: managed-prefix-list}\n`;
        expect(await lookAgain(templateIn(text), resolve(text), {}, asking)).toMatchObject({
          outcome: 'refused',
          problems: [{ code: 'EDGE_QUOTA', message: expect.stringContaining('counts as 55 rules') }],
        });
      });
    } finally {
      delete process.env.AWS_ENDPOINT_URL_SERVICE_QUOTAS;
      await new Promise((over) => quotas.close(over));
    }
  });
});
