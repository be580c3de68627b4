import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { Emulator } from './emulator/start.ts';

/** What SNS posts to an HTTP subscriber: https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html */
interface Posted {
  Type?: string;
  SubscribeURL?: string;
  Subject?: string;
}

/** A subscriber of the stack's topic, as a team's own would be: hands on the subject of each notification. */
export async function openMailbox(
  { url, region, credentials }: Emulator,
  topic: string,
  told: (subject: string) => void,
): Promise<{ close(): void }> {
  const server: Server = createServer(async (request, response) => {
    const posted = JSON.parse((await text(request)) || '{}') as Posted;
    response.end();
    if (posted.Type === 'SubscriptionConfirmation' && posted.SubscribeURL)
      await fetch(posted.SubscribeURL).catch(() => {});
    if (posted.Type === 'Notification' && posted.Subject) told(posted.Subject);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const sns = new SNSClient({ endpoint: url, region, credentials });
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'http', Endpoint: `http://127.0.0.1:${port}/` }));
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
