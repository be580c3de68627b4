import type { TopicMessage } from '../aws/topic.ts';
import { cautions, headline, particulars, serves, trouble } from './sentences.ts';
import { type Result, resultOf, type Told } from './told.ts';

/** What queues, functions and HTTPS endpoints get: a terminal event, with its result spelled out. */
export type Announcement = Told & { result: Result; headline: string };

/** SNS takes at most 100 ASCII characters, without line breaks: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT_LIMIT = 100;

/** A paragraph longer than this says no more. All bodies together have to fit in SNS's 256 KB. */
const PARAGRAPH_LIMIT = 1_000;
const TEXT_LIMIT = 500;
const LIST_LIMIT = 10;

/** The end of a deployment as one message for a topic's subscribers. */
export function topicMessage(told: Told): TopicMessage {
  const result = resultOf(told);
  const line = headline(told);
  const text = plainText(told);
  const announcement: Announcement = { ...bounded(told), result, headline: line };
  const json = JSON.stringify(announcement);
  return {
    subject: asSubject(line),
    bodies: { default: text, email: text, sms: asSubject(line), sqs: json, https: json, lambda: json },
    attributes: {
      pilot: asAttribute(told.pilot),
      environment: asAttribute(told.environment),
      result,
    },
  };
}

/** The e-mail: what happened, why, what serves, then the particulars. */
export function plainText(told: Told): string {
  const labelled = particulars(told).map(([label, value]) => `${label}: ${value}`);
  const paragraphs = [
    headline(told),
    told.event === 'DeploymentSucceeded' ? told.url : undefined,
    ...trouble(told),
    ...cautions(told),
    told.event === 'DeploymentSucceeded' ? undefined : serves(told),
    told.event !== 'DeploymentSucceeded' && told.url ? `URL: ${told.url}` : undefined,
  ];
  const readable = [...paragraphs, ...labelled].filter((part) => part !== undefined).map(onOneLine);
  const split = readable.length - labelled.length;
  return [
    readable.slice(0, split).join('\n\n'),
    [...readable.slice(split), `Deployment: ${onOneLine(told.deployment)}`].join('\n'),
  ].join('\n\n');
}

/** Texts from manifests may hold line breaks and control characters; a reader of mail gets none of them. */
const onOneLine = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length > PARAGRAPH_LIMIT ? `${line.slice(0, PARAGRAPH_LIMIT - 1)}…` : line;
};

const asSubject = (text: string): string =>
  onOneLine(text)
    .replace(/[^ -~]/g, '?')
    .slice(0, SUBJECT_LIMIT);

const asAttribute = (value: string): string => onOneLine(value).slice(0, 256) || 'unknown';

/** Programs get the same payload, with texts and lists short enough for three copies to fit beside the e-mail. */
const bounded = (told: Told): Told =>
  JSON.parse(JSON.stringify(told), (_, value: unknown) => {
    if (typeof value === 'string') return value.slice(0, TEXT_LIMIT);
    return Array.isArray(value) ? value.slice(0, LIST_LIMIT) : value;
  }) as Told;
