import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { cdnCertificate } from '../../shared/provisioning/cdn-certificate.ts';

/** ACM and Route 53 as far as the SDK's wire goes: what is asked to be proven, no emulator can be told. */
let server: Server;
let record: { Name: string; Type: string; Value: string };
let written: string[];

const CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';

const answers: Record<string, () => object> = {
  ListCertificates: () => ({ CertificateSummaryList: [] }),
  RequestCertificate: () => ({ CertificateArn }),
  DescribeCertificate: () => ({
    Certificate: {
      CertificateArn,
      Status: 'PENDING_VALIDATION',
      DomainValidationOptions: [
        { DomainName: 'shop.example.com', ResourceRecord: PROOF },
        { DomainName: 'www.example.com', ResourceRecord: record },
      ],
    },
  }),
};

const PROOF = { Name: '_0123abcd.shop.example.com.', Type: 'CNAME', Value: '_4567ef.xlfgrmvvlj.acm-validations.aws.' };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const body = await text(request);
    if (action) {
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify(answers[action]?.() ?? {}));
      return;
    }
    written.push(body);
    response.setHeader('content-type', 'text/xml');
    response.end(
      '<ChangeResourceRecordSetsResponse><ChangeInfo><Id>C1</Id></ChangeInfo></ChangeResourceRecordSetsResponse>',
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_ACM: url,
    AWS_ENDPOINT_URL_ROUTE_53: url,
  });
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  written = [];
});

const certificate = () =>
  cdnCertificate({
    pilot: 'acme-shop',
    environment: 'production',
    names: ['shop.example.com', 'www.example.com'],
    zone: 'Z0123456789ABC',
    since: new Date('2026-01-02T03:04:05Z'),
  });

describe('the records that prove the names of a certificate', () => {
  it.each(['_89abcd.acm-validations.aws.', '_89abcd.xlfgrmvvlj.acm-validations.aws'])(
    'are written as AWS asks for them: %s',
    async (Value) => {
      record = { Name: '_89ab.www.example.com.', Type: 'CNAME', Value };
      expect(await certificate()).toMatchObject({ outcome: 'parked' });
      expect(written).toHaveLength(1);
      for (const one of [PROOF, record]) expect(written[0]).toContain(`<Value>${one.Value}</Value>`);
    },
  );

  it.each([
    ['one of visitors', { Name: 'www.example.com.', Type: 'CNAME', Value: '_89abcd.acm-validations.aws.' }],
    ['another kind', { Name: '_89ab.www.example.com.', Type: 'TXT', Value: '_89abcd.acm-validations.aws.' }],
    ['to elsewhere', { Name: '_89ab.www.example.com.', Type: 'CNAME', Value: '_89abcd.example.org.' }],
    [
      'to a name like it',
      { Name: '_89ab.www.example.com.', Type: 'CNAME', Value: 'x.acm-validations.aws.example.org.' },
    ],
    [
      'to a name that ends like it',
      { Name: '_89ab.www.example.com.', Type: 'CNAME', Value: 'not-acm-validations.aws.' },
    ],
  ])('are not written, nor those beside them, where one would be %s', async (_, asked) => {
    record = asked;
    expect(await certificate()).toEqual({
      outcome: 'failed',
      code: 'CERTIFICATE_RECORD_UNKNOWN',
      reason: expect.stringContaining(`${asked.Name} ${asked.Type} ${asked.Value}`),
    });
    expect(written).toEqual([]);
  });
});
