import type { TopicMessage } from '../aws/topic.ts';
import { formatProblem } from '../errors.ts';
import type { Events } from '../events.ts';
import { withoutSecretsInside } from './redact.ts';
import type { SlackMessage } from './slack-blocks.ts';
import { inert, mrkdwn, plain } from './slack-text.ts';
import type { BusEvent } from './told.ts';

/** A push of which a pilot was not deployed since something is wrong with its manifest or its connection, free of credentials. */
export type PushTold = Events['PushRead'] & { problems: string[] };

/** Problems told one by one. */
const MOST_PROBLEMS = 10;

/** @returns undefined when the event tells of something else, or of a push with which nothing is wrong. */
export function pushByEvent({ 'detail-type': name, detail }: BusEvent): PushTold | undefined {
  if (name !== 'PushRead') return undefined;
  const read = withoutSecretsInside(detail as Events['PushRead']);
  const all = 'problems' in read.outcome ? (read.outcome.problems ?? []) : [];
  const more = all.length - MOST_PROBLEMS;
  const problems = all.slice(0, MOST_PROBLEMS).map(formatProblem);
  return all.length > 0 ? { ...read, problems: more > 0 ? [...problems, `… and ${more} more`] : problems } : undefined;
}

const headline = ({ repository, ref }: PushTold): string =>
  `A push to ${ref.name} of ${repository} could not be deployed`;

const paragraphs = ({ problems, commit, push, outcome }: PushTold): string[] => [
  ...problems,
  outcome.kind === 'deployments' ? 'Other pilots of it are deployed all the same.' : 'Nothing was changed.',
  `Commit: ${commit}\nPush: ${push}`,
];

/** SNS takes at most 100 ASCII characters: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT_LIMIT = 100;

/** For the topic's subscribers. */
export function pushTopicMessage(told: PushTold): TopicMessage {
  const line = headline(told);
  const subject = line.replace(/[^ -~]/g, '?').slice(0, SUBJECT_LIMIT);
  const text = [line, ...paragraphs(told)].join('\n\n');
  const { outcome: _outcome, wrong: _wrong, ...detail } = told;
  const json = JSON.stringify({ event: 'PushRead', ...detail, result: 'rejected', headline: line });
  return {
    subject,
    bodies: { default: text, email: text, sms: subject, sqs: json, https: json, lambda: json },
    attributes: { repository: told.repository, result: 'rejected' },
  };
}

export function pushSlackMessage(told: PushTold): SlackMessage {
  const line = headline(told);
  return {
    text: inert(line),
    blocks: [
      { type: 'section', text: mrkdwn(`:x: *${inert(line)}*`) },
      ...paragraphs(told).map((text) => ({ type: 'section' as const, text: plain(text) })),
    ],
  };
}
