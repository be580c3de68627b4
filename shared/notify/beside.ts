import type { TopicMessage } from '../aws/topic.ts';
import { backupByEvent, backupSlackMessage, backupTopicMessage } from './backup.ts';
import { edgeByEvent, edgeSlackMessage, edgeTopicMessage } from './edge.ts';
import { pushByEvent, pushSlackMessage, pushTopicMessage } from './push.ts';
import type { SlackMessage } from './slack-blocks.ts';
import type { BusEvent } from './told.ts';

/** Something that is told besides how deployments end, once on each channel. */
export interface Beside {
  /** What it is told as. */
  deployment: string;
  topic(): TopicMessage;
  slack(): SlackMessage;
}

/** @returns undefined when the event tells of something else, or of what nobody wants to hear of. */
export function besideByEvent(event: BusEvent): Beside | undefined {
  const backup = backupByEvent(event);
  if (backup)
    return {
      deployment: backup.deployment,
      topic: () => backupTopicMessage(backup),
      slack: () => backupSlackMessage(backup),
    };
  const push = pushByEvent(event);
  if (push) return { deployment: push.push, topic: () => pushTopicMessage(push), slack: () => pushSlackMessage(push) };
  const edge = edgeByEvent(event);
  return (
    edge && {
      deployment: edge.deployment,
      topic: () => edgeTopicMessage(edge),
      slack: () => edgeSlackMessage(edge),
    }
  );
}
