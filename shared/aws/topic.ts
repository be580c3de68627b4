import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientConfig } from './config.ts';

const client = new SNSClient(clientConfig);

/** One message for every subscriber of a topic. */
export interface TopicMessage {
  /** Subject of e-mails: at most 100 printable ASCII characters. */
  subject: string;
  /** Text by protocol; `default` is for those that are not named. */
  bodies: { default: string } & Record<string, string>;
  /** What filter policies go by; values must not be empty. */
  attributes: Record<string, string>;
}

/**
 * Hands a message to a topic, which delivers it to each subscriber in its protocol's text.
 * A standard topic has no deduplication: when the reply is lost, the message may come twice.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export async function publishToTopic(topic: string, { subject, bodies, attributes }: TopicMessage): Promise<void> {
  await client.send(
    new PublishCommand({
      TopicArn: topic,
      Subject: subject,
      MessageStructure: 'json',
      Message: JSON.stringify(bodies),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    }),
  );
}
