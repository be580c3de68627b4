import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { clientOf } from '../local/emulator/running.ts';

type Options = ReturnType<typeof clientOf>;

/** What SNS posts to a subscriber: https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html */
interface Posted {
  Type?: string;
  SubscribeURL?: string;
  Message?: string;
}

/** Listens, as others may, to all that Pilotage says on its bus, and to what it tells the subscribers of its topic. */
export async function listenTo(options: Options, bus: string, topic: string) {
  const events: string[] = [];
  const notifications: string[] = [];
  const server = createServer(async (request, response) => {
    const { Type, SubscribeURL, Message } = JSON.parse((await text(request)) || '{}') as Posted;
    response.end();
    if (Type === 'SubscriptionConfirmation' && SubscribeURL) await fetch(SubscribeURL).catch(() => {});
    if (Type === 'Notification' && Message) (request.url === '/events' ? events : notifications).push(Message);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;

  const sns = new SNSClient(options);
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'heard' }));
  for (const [of, path] of [
    [TopicArn, 'events'],
    [topic, 'notifications'],
  ]) {
    const Endpoint = `http://127.0.0.1:${port}/${path}`;
    await sns.send(new SubscribeCommand({ TopicArn: of, Protocol: 'http', Endpoint }));
  }
  const rule = { EventBusName: bus, Name: 'heard', EventPattern: JSON.stringify({ source: ['pilotage'] }) };
  const rules = new EventBridgeClient(options);
  await rules.send(new PutRuleCommand(rule));
  await rules.send(
    new PutTargetsCommand({ EventBusName: bus, Rule: rule.Name, Targets: [{ Id: 'heard', Arn: TopicArn }] }),
  );
  return {
    events,
    notifications,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
