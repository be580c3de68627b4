import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { S3Client } from '@aws-sdk/client-s3';
import { connections, forward, headersFor } from '../balancer/forward.ts';
import { type Account, openAccount, standing } from './account.ts';
import { keepGroups } from './groups.ts';
import { type Processes, runProcesses } from './processes.ts';
import { startService } from './service.ts';

export interface LocalBeanstalk {
  /** Where the API answers; to be handed on as AWS_ENDPOINT_URL_ELASTIC_BEANSTALK. */
  url: string;
  /** Where environments answer, each below `localhost` by the name before `.<region>.elasticbeanstalk.com`. */
  port: number;
  stop(): Promise<void>;
}

export interface LocalOptions {
  emulatorUrl: string;
  region: string;
  account: string;
  /** For bundles and logs. */
  folder: string;
}

/** Between two looks at the Auto Scaling groups. */
const LOOK_MS = 1_000;

/**
 * Elastic Beanstalk on this machine, which the emulator does not have: environments are processes of what bundles
 * hold, and their names lead to them, so that requests follow a swap. What DNS would keep for a minute, nothing keeps here.
 */
export async function startBeanstalk({
  emulatorUrl,
  region,
  account: id,
  folder,
}: LocalOptions): Promise<LocalBeanstalk> {
  // What a run before left there is of no use.
  await rm(folder, { recursive: true, force: true });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = new S3Client({ endpoint: emulatorUrl, region, credentials, forcePathStyle: true });
  const work = runProcesses(s3, folder, { emulatorUrl, region });
  const account = openAccount({ region, id, work });
  const service = await startService(account);
  const scaling = new AutoScalingClient({ endpoint: emulatorUrl, region, credentials });
  let looking = Promise.resolve();
  const looks = setInterval(() => {
    // One that fails, while the emulator starts or stops, is followed by the next.
    looking = looking.then(() => keepGroups(account, scaling)).catch(() => undefined);
  }, LOOK_MS).unref();
  const agent = connections();
  const front = createServer((request, response) => lead(account, work, agent, request, response));
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    url: service.url,
    port: (front.address() as AddressInfo).port,
    async stop() {
      clearInterval(looks);
      await looking;
      scaling.destroy();
      front.closeAllConnections();
      await new Promise((closed) => front.close(closed));
      agent.destroy();
      await service.close();
      await work.stop();
    },
  };
}

/** Hands a request to the environment whose CNAME its host stands for. */
function lead(
  account: Account,
  work: Processes,
  agent: ReturnType<typeof connections>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const name = (request.headers.host ?? '').toLowerCase().replace(/\.localhost(?::\d+)?$/, '');
  const found = standing(account).find(({ cname }) => cname === `${name}.${account.region}.elasticbeanstalk.com`);
  const port = found && work.portOf(found);
  const fail = (status: number, text: string): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${text}\n`);
  };
  if (!found || !port) {
    fail(503, found ? `${found.name} has no instances` : `no environment has the name ${name}`);
    return;
  }
  forward(request, response, {
    target: { Id: '127.0.0.1', Port: port } as Parameters<typeof forward>[2]['target'],
    agent,
    headers: headersFor(request, { Port: 80, Protocol: 'HTTP' }),
    onFailed: (status) => fail(status, `${found.name} does not answer`),
  });
}
