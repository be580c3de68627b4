import { setting } from '../../shared/aws/config.ts';
import { logOf } from '../../shared/log.ts';
import { backupByEvent, backupTopicMessage } from '../../shared/notify/backup.ts';
import { tellOnce } from '../../shared/notify/once.ts';
import { type BusEvent, isWanted, toldByEvent } from '../../shared/notify/told.ts';
import { topicMessage } from '../../shared/notify/topic-message.ts';

const log = logOf('notify-topic');

/** Tells the topic's subscribers (e-mail, queues, functions, HTTPS) how each deployment ended, and of backups that failed. */
export async function handler(event: BusEvent): Promise<void> {
  const backup = backupByEvent(event);
  const told = backup ?? toldByEvent(event);
  if (!told || ('event' in told && !isWanted(told))) return;
  const message = 'event' in told ? topicMessage(told) : backupTopicMessage(told);
  const sent = await tellOnce(told.deployment, 'topic', async () => {
    const { publishToTopic } = await import('../../shared/aws/topic.ts');
    await publishToTopic(setting('TOPIC'), message);
  });
  log.info(sent ? 'told' : 'told before, or being told', { deployment: told.deployment, event: event['detail-type'] });
}
