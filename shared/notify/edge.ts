import type { TopicMessage } from '../aws/topic.ts';
import type { EdgeSummary, EdgeTrouble, Events } from '../events.ts';
import { counted } from './quantities.ts';
import { withoutSecretsInside } from './redact.ts';
import type { SlackMessage } from './slack-blocks.ts';
import { inert, mrkdwn, plain } from './slack-text.ts';
import type { BusEvent } from './told.ts';

/** What became of CloudFront’s addresses, where somebody wants to hear of it: something changed, or did not go. */
export type EdgeTold = { event: 'EdgeSynced' | 'EdgeRefused' } & (Events['EdgeSynced'] | Events['EdgeRefused']);

/** @returns undefined when the event tells of something else, or of nothing new. */
export function edgeByEvent({ 'detail-type': event, detail }: BusEvent): EdgeTold | undefined {
  if (event !== 'EdgeSynced' && event !== 'EdgeRefused') return undefined;
  const told = withoutSecretsInside({ event, ...(detail as Events['EdgeSynced'] | Events['EdgeRefused']) });
  return isSummary(told) && !isNews(told) ? undefined : told;
}

const isSummary = (told: object): told is Events['EdgeSynced'] => 'failing' in told;

const isNews = ({ changed, failing, mended, lists }: EdgeSummary): boolean =>
  changed + failing + mended > 0 || lists === 'changed' || lists === 'failed';

const hasFailed = (told: EdgeTold): boolean => !isSummary(told) || told.failing > 0 || told.lists === 'failed';

function headline(told: EdgeTold): string {
  if (!isSummary(told)) return 'A list of addresses was not taken over from AWS';
  const { pilots, changed, failing, mended, lists } = told;
  const where = (count: number, are: boolean) =>
    [...(count > 0 ? [`${count} of ${counted(pilots, 'pilot')}`] : []), ...(are ? ['the prefix lists'] : [])].join(
      ' and ',
    );
  return hasFailed(told)
    ? `CloudFront could not be let in by its new addresses: ${where(failing, lists === 'failed')}`
    : `CloudFront is let in by its new addresses: ${where(Math.max(changed, mended), lists === 'changed')}`;
}

function paragraphs(told: EdgeTold): string[] {
  if (!isSummary(told)) return [`${told.code}: ${told.reason}.`, ...(told.hint ? [`${told.hint}.`] : [])];
  const { failing, failed, changed, token, lists } = told;
  const more = failing + (lists === 'failed' ? 1 : 0) - failed.length;
  return [
    ...failed.map((one) => `${whose(one)}: ${one.code} ${one.reason}.`),
    ...(more > 0 ? [`… and ${more} more.`] : []),
    ...(hasFailed(told) ? [`${standing(told)} It is tried again by itself.`] : []),
    ...(hasFailed(told) && changed > 0 ? [`${counted(changed, 'pilot')} got what changed.`] : []),
    ...(token === undefined ? [] : [`The list is that of ${published(token)}.`]),
    'pilot edge status shows what each group lets in.',
  ];
}

/** Of those that are not told of one by one, nobody can say whether a group is gone. */
function standing({ failing, failed }: EdgeSummary): string {
  const mayBeGone = failed.some(({ code }) => code === 'EDGE_GROUP_GONE') || failing > failed.length;
  return mayBeGone
    ? 'What was let in before still is, except by groups and lists that are gone (EDGE_GROUP_GONE): a new deployment makes those again.'
    : 'What was let in before still is.';
}

const whose = ({ pilot, environment }: EdgeTrouble): string =>
  pilot ? `${pilot} in ${environment}` : 'The prefix lists of all pilots';

const published = (token: number): string =>
  `${new Date(token * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** SNS takes at most 100 ASCII characters: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT_LIMIT = 100;

/** For the topic’s subscribers. */
export function edgeTopicMessage(told: EdgeTold): TopicMessage {
  const line = headline(told);
  const subject = line.replace(/[^ -~]/g, '?').slice(0, SUBJECT_LIMIT);
  const text = [line, ...paragraphs(told)].join('\n\n');
  const result = hasFailed(told) ? 'failed' : 'succeeded';
  const json = JSON.stringify({ ...told, result, headline: line });
  return {
    subject,
    bodies: { default: text, email: text, sms: subject, sqs: json, https: json, lambda: json },
    attributes: { about: 'edge', result },
  };
}

export function edgeSlackMessage(told: EdgeTold): SlackMessage {
  const line = headline(told);
  const sign = hasFailed(told) ? ':x:' : ':white_check_mark:';
  return {
    text: inert(line),
    blocks: [
      { type: 'section', text: mrkdwn(`${sign} *${inert(line)}*`) },
      ...paragraphs(told).map((text) => ({ type: 'section' as const, text: plain(text) })),
    ],
  };
}
