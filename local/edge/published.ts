import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Emulator } from '../emulator/start.ts';

/** AWS's list of its addresses, as it is published, and the account whose topic tells of it. */
export interface Published {
  url: string;
  stop(): Promise<void>;
}

/** Whose topic it is: https://docs.aws.amazon.com/vpc/latest/userguide/subscribe-notifications.html */
const ACCOUNT = '806199016981';
const TOPIC = 'AmazonIpSpaceChanged';

/** Serves a file as AWS serves its list: as it is at that moment, and not again to who has it already. */
export async function publishRanges(file: string): Promise<Published> {
  const server = createServer(async (request, response) => {
    const content = await readFile(file).catch(() => undefined);
    if (!content) return void response.writeHead(404).end();
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    const isKnown = request.headers['if-none-match'] === etag;
    response.writeHead(isKnown ? 304 : 200, { etag, 'content-type': 'application/json' });
    response.end(isKnown ? undefined : content);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ip-ranges.json`,
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Makes the topic that everybody may subscribe to, in AWS's own account. */
export async function openTopic({ url, region }: Emulator): Promise<void> {
  const theirs = new SNSClient({
    endpoint: url,
    region,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'test' },
  });
  const everybody = {
    ...{ Effect: 'Allow', Principal: { AWS: '*' }, Action: ['sns:Subscribe', 'sns:Receive'] },
    Resource: `arn:aws:sns:${region}:${ACCOUNT}:${TOPIC}`,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [everybody] });
  await theirs.send(new CreateTopicCommand({ Name: TOPIC, Attributes: { Policy } }));
}
