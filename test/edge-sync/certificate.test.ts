import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { certificateAt } from '../../shared/edge-sync/certificate.ts';

let server: Server;
let answer: RequestListener;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/SimpleNotificationService-7e.pem`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe('a certificate', () => {
  it('is what lies at its place', async () => {
    answer = (_, response) => response.end('-----BEGIN CERTIFICATE-----');
    expect(await certificateAt(url)).toBe('-----BEGIN CERTIFICATE-----');
  });

  it('is none where nothing lies there, or more than a certificate can be', async () => {
    answer = (_, response) => response.writeHead(404).end('not found');
    expect(await certificateAt(url)).toBeUndefined();
    answer = (_, response) => response.end('x'.repeat(100_000));
    expect(await certificateAt(url)).toBeUndefined();
  });

  it('is fetched from there alone: no redirection is followed', async () => {
    const asked: string[] = [];
    answer = (request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    };
    await expect(certificateAt(url)).rejects.toThrow();
    expect(asked).toEqual(['/SimpleNotificationService-7e.pem']);
  });

  it('is asked for again where a server is in trouble', async () => {
    answer = (_, response) => response.writeHead(500).end();
    await expect(certificateAt(url)).rejects.toThrow('500');
  });
});
