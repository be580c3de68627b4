import { setting } from '../../shared/aws/config.ts';
import type { TopicMessage } from '../../shared/aws/topic.ts';
import { logOf } from '../../shared/log.ts';
import { besideByEvent } from '../../shared/notify/beside.ts';
import { tellOnce } from '../../shared/notify/once.ts';
import { type BusEvent, isWanted, subjectOf, toldByEvent } from '../../shared/notify/told.ts';
import { topicMessage } from '../../shared/notify/topic-message.ts';

const log = logOf('notify-topic');

/** Tells the topic's subscribers (e-mail, queues, functions, HTTPS) how each deployment ended, and what else they have to know. */
export async function handler(event: BusEvent): Promise<void> {
  const message = messageOf(event);
  if (!message) return;
  const deployment = subjectOf(event);
  const sent = await tellOnce(deployment, 'topic', async () => {
    const { publishToTopic } = await import('../../shared/aws/topic.ts');
    await publishToTopic(setting('TOPIC'), message);
  });
  log.info(sent ? 'told' : 'told before, or being told', { deployment, event: event['detail-type'] });
}

function messageOf(event: BusEvent): TopicMessage | undefined {
  const told = toldByEvent(event);
  if (told) return isWanted(told) ? topicMessage(told) : undefined;
  return besideByEvent(event)?.topic();
}
