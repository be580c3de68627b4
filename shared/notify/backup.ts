import type { TopicMessage } from '../aws/topic.ts';
import type { Events } from '../events.ts';
import { withoutSecretsInside } from './redact.ts';
import type { SlackMessage } from './slack-blocks.ts';
import { inert, mrkdwn, plain } from './slack-text.ts';
import type { BusEvent } from './told.ts';

/** A backup that was missed or could not be made, or a drill that did not go well, free of credentials. */
export type BackupTold = Events['BackupFailed'];

/** @returns undefined when the event tells of something else. People of both levels want to hear of it. */
export const backupByEvent = ({ 'detail-type': name, detail }: BusEvent): BackupTold | undefined =>
  name === 'BackupFailed' ? withoutSecretsInside(detail as BackupTold) : undefined;

function headline({ pilot, environment, what, code, again }: BackupTold): string {
  if (what === 'drill') return `The restore drill of ${pilot} in ${environment} failed`;
  if (code === 'BACKUP_MISSED') return `A backup of ${pilot} in ${environment} was missed`;
  return `A backup of ${pilot} in ${environment} ${again ? 'could not be made yet' : 'was given up'}`;
}

const when = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;

function paragraphs(told: BackupTold): string[] {
  const { pilot, at, code, reason, again, what } = told;
  const next =
    what === 'drill'
      ? 'Nothing else was changed.'
      : again
        ? 'It is tried again by itself.'
        : 'The next one that is due is made as usual.';
  return [
    `${code}: ${reason}.`,
    `It was for ${when(at)}. ${next}`,
    `pilot backups ${pilot} lists those that there are.`,
  ];
}

/** SNS takes at most 100 ASCII characters: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT_LIMIT = 100;

/** For the topic's subscribers. */
export function backupTopicMessage(told: BackupTold): TopicMessage {
  const line = headline(told);
  const subject = line.replace(/[^ -~]/g, '?').slice(0, SUBJECT_LIMIT);
  const text = [line, ...paragraphs(told)].join('\n\n');
  const json = JSON.stringify({ event: 'BackupFailed', ...told, result: 'failed', headline: line });
  return {
    subject,
    bodies: { default: text, email: text, sms: subject, sqs: json, https: json, lambda: json },
    attributes: { pilot: told.pilot, environment: told.environment, result: 'failed' },
  };
}

export function backupSlackMessage(told: BackupTold): SlackMessage {
  const line = headline(told);
  return {
    text: inert(line),
    blocks: [
      { type: 'section', text: mrkdwn(`:x: *${inert(line)}*`) },
      ...paragraphs(told).map((text) => ({ type: 'section' as const, text: plain(text) })),
    ],
  };
}
