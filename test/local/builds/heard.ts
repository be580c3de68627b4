import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { clientOf } from '../emulator/running.ts';

/** An event as a rule's target gets it. */
export interface Heard {
  'detail-type': string;
  source: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** Listens to what a service of AWS tells on the default bus. */
export async function hear(options: ReturnType<typeof clientOf>, source: string) {
  const events: Heard[] = [];
  const server = createServer(async (request, response) => {
    const { Type, SubscribeURL, Message } = JSON.parse((await text(request)) || '{}') as Record<string, string>;
    response.end();
    if (Type === 'SubscriptionConfirmation' && SubscribeURL) await fetch(SubscribeURL).catch(() => {});
    if (Type === 'Notification' && Message) events.push(JSON.parse(Message));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const Endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sns = new SNSClient(options);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'heard' }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
  const rules = new EventBridgeClient(options);
  await rules.send(new PutRuleCommand({ Name: 'heard', EventPattern: JSON.stringify({ source: [source] }) }));
  await rules.send(new PutTargetsCommand({ Rule: 'heard', Targets: [{ Id: 'heard', Arn: TopicArn }] }));
  return {
    events,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
