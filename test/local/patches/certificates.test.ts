import {
  ACMClient,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm';
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { clientOf, runningEmulator } from '../emulator/running.ts';

describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: undefined },
])('certificates in the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  let acm: ACMClient;
  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    acm = new ACMClient(clientOf(running.emulator));
  }, 60_000);
  afterAll(() => running.end());

  const request = () =>
    acm.send(
      new RequestCertificateCommand({
        DomainName: 'shop.example.com',
        SubjectAlternativeNames: ['www.example.com'],
        ValidationMethod: 'DNS',
        IdempotencyToken: 'once',
      }),
    );

  test('acm_validation: a certificate is made once, and issued once its records are there', async () => {
    const { CertificateArn } = await request();
    expect((await request()).CertificateArn === CertificateArn).toBe(patched);
    const look = async () => (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate;
    const found = await look();
    expect(found?.Status).toBe(patched ? 'PENDING_VALIDATION' : 'ISSUED');

    const route53 = new Route53Client(clientOf(running.emulator));
    const { HostedZone } = await route53.send(
      new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'faults' }),
    );
    const Changes = (found?.DomainValidationOptions ?? []).map(({ ResourceRecord: record }) => ({
      Action: 'UPSERT' as const,
      ResourceRecordSet: {
        ...{ Name: record?.Name, Type: record?.Type, TTL: 300 },
        ResourceRecords: [{ Value: record?.Value }],
      },
    }));
    await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: HostedZone?.Id, ChangeBatch: { Changes } }));
    expect((await look())?.Status).toBe('ISSUED');
  });

  test('acm_record: what proves a name leads where AWS looks', async () => {
    const { CertificateArn } = await request();
    const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
    const [value = ''] = (Certificate?.DomainValidationOptions ?? []).map((one) => one.ResourceRecord?.Value ?? '');
    expect(/^_.+\.acm-validations\.aws\.$/.test(value)).toBe(patched);
  });

  test('acm_validation: a certificate is listed with all its names', async () => {
    const { CertificateSummaryList: [first] = [] } = await acm.send(new ListCertificatesCommand({}));
    const names = ['shop.example.com', 'www.example.com'];
    expect(first?.SubjectAlternativeNameSummaries).toEqual(patched ? names : undefined);
  });
});
