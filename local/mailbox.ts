import { EventEmitter, once } from 'node:events';
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

export interface Mailbox {
  /** The next notification's subject, of a pilot or of any; undefined when none comes within a few seconds. */
  next(pilot?: string): Promise<string | undefined>;
  close(): void;
}

const PATIENCE_MS = 5_000;

/** A subscriber of the stack's topic, as a team's own would be. */
export async function openMailbox({ url, region, credentials }: Emulator, topic: string): Promise<Mailbox> {
  const arrived: string[] = [];
  const arrivals = new EventEmitter();
  const server: Server = createServer(async (request, response) => {
    const posted = JSON.parse((await text(request)) || '{}') as Posted;
    response.end();
    if (posted.Type === 'SubscriptionConfirmation' && posted.SubscribeURL)
      await fetch(posted.SubscribeURL).catch(() => {});
    if (posted.Type === 'Notification' && posted.Subject) {
      arrived.push(posted.Subject);
      arrivals.emit('one');
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const sns = new SNSClient({ endpoint: url, region, credentials });
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'http', Endpoint: `http://127.0.0.1:${port}/` }));
  return {
    async next(pilot) {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      for (;;) {
        const at = arrived.findIndex((subject) => pilot === undefined || subject.split(' ').includes(pilot));
        if (at >= 0) return arrived.splice(at, 1)[0];
        if (signal.aborted) return undefined;
        await once(arrivals, 'one', { signal }).catch(() => {});
      }
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
