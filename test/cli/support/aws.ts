import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiRequest } from '../../../shared/api.ts';
import { type KeptSecret, secretsManager } from './secrets.ts';

/**
 * What the CLI meets of AWS, as far as the SDK's wire goes: S3's PUT and HEAD
 * with versions and checksums, Lambda's invoke, CloudFormation's DescribeStacks, secrets.
 */
export interface Aws {
  url: string;
  /** `bucket/key` → its newest version. */
  objects: Map<string, Stored>;
  /** By their names. */
  secrets: Map<string, KeptSecret>;
  /** All that was asked, in order: `PUT bucket/key`, `invoke deployment`, `DescribeStacks pilotage-dev`. */
  log: string[];
  asked: ApiRequest[];
  /** What the api answers. */
  api: (request: ApiRequest) => unknown;
  /** The stacks there are, with their outputs. */
  stacks: Record<string, Record<string, string>>;
  /** Asked before each request; what it returns goes wrong. */
  trouble: (line: string) => 'cut' | { status: number; code: string } | undefined;
  close(): Promise<void>;
}

export interface Stored {
  body: Buffer;
  version: string;
  modified: Date;
  headers: IncomingMessage['headers'];
}

export const FUNCTION = 'pilotage-dev-api-api';
export const BUCKET = 'manifests';
export const OUTPUTS = { ManifestsBucket: BUCKET, ApiFunction: FUNCTION, SiteUrl: 'http://*.localhost' };

export async function startAws(): Promise<Aws> {
  const aws: Aws = {
    url: '',
    objects: new Map(),
    secrets: new Map(),
    log: [],
    asked: [],
    api: () => ({ ok: false, code: 'DEPLOYMENT_UNKNOWN', message: 'no such deployment was accepted' }),
    stacks: {},
    trouble: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer((request, response) => {
    void serve(aws, request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  aws.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return aws;
}

async function serve(aws: Aws, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', 'http://aws');
  const path = decodeURIComponent(url.pathname.slice(1));
  // Somebody asks whether anything is there at all.
  if (path === '' && request.method === 'GET') return void response.end();

  const invoked = path.endsWith('/invocations') ? (JSON.parse(raw.toString()) as ApiRequest) : undefined;
  const form = new URLSearchParams(raw.toString());
  const [, secretly] = /^secretsmanager\.(\w+)$/.exec(String(request.headers['x-amz-target'])) ?? [];
  const secret = secretly ? JSON.parse(raw.toString()) : undefined;
  const line = invoked
    ? `invoke ${invoked.action}`
    : secret
      ? `${secretly} ${secret.Name ?? secret.SecretId}`
      : form.has('Action')
        ? `${form.get('Action')} ${form.get('StackName')}`
        : `${request.method} ${path}`;
  aws.log.push(line);
  const trouble = aws.trouble(line);
  if (trouble === 'cut') return void request.socket.destroy();
  if (trouble && secretly)
    return void response
      .writeHead(trouble.status)
      .end(JSON.stringify({ __type: trouble.code, message: `you may not perform: secretsmanager:${secretly}` }));
  if (trouble && invoked)
    return void response.writeHead(trouble.status, { 'x-amzn-errortype': trouble.code }).end('{}');
  if (trouble) return fail(response, trouble.status, trouble.code);

  if (invoked) {
    aws.asked.push(invoked);
    const answer = aws.api(invoked);
    const broken = answer instanceof Error;
    response.writeHead(200, broken ? { 'x-amz-function-error': 'Unhandled' } : {});
    return void response.end(JSON.stringify(broken ? { errorMessage: answer.message } : answer));
  }
  if (secretly) {
    const { status, body } = secretsManager(aws.secrets, secretly, secret);
    return void response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  }
  if (form.has('Action')) return describeStack(aws, form.get('StackName') ?? '', response);
  if (request.method === 'PUT') {
    const headers = request.headers;
    const body = headers['content-encoding'] === 'aws-chunked' ? dechunk(raw) : raw;
    const stored = { body, version: `v${aws.log.length}`, modified: new Date(), headers };
    aws.objects.set(path, stored);
    return void response.writeHead(200, { etag: '"e"', 'x-amz-version-id': stored.version }).end();
  }
  const object = aws.objects.get(path);
  if (!object) return void response.writeHead(404).end();
  const checksum = object.headers['x-amz-checksum-sha256'];
  response.writeHead(200, {
    'content-length': String(object.body.length),
    'last-modified': object.modified.toUTCString(),
    'x-amz-version-id': object.version,
    ...(checksum && { 'x-amz-checksum-sha256': checksum }),
  });
  response.end();
}

function describeStack(aws: Aws, name: string, response: ServerResponse): void {
  const outputs = aws.stacks[name];
  if (!outputs) {
    fail(response, 400, 'ValidationError', `Stack with id ${name} does not exist`);
    return;
  }
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  response.end(
    `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-11-21T00:00:00Z</CreationTime><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  );
}

function fail(response: ServerResponse, status: number, code: string, message = code): void {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { 'x-amzn-errortype': code }).end(`<ErrorResponse>${error}</ErrorResponse>`);
}

/** The SDK's framing of a streamed body: `size[;…]\r\n bytes \r\n … 0\r\n trailers`. */
function dechunk(raw: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = raw.indexOf('\r\n', at);
    const size = Number.parseInt(raw.toString('latin1', at, line), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(raw.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
