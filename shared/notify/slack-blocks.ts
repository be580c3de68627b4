import { warningsOf } from '../ending.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { withoutSecretsInside } from './redact.ts';
import { cautions, changes, doing, headline, particulars, serves, trouble } from './sentences.ts';
import { code, FIELD_LIMIT, inert, link, mrkdwn, plain, type Text } from './slack-text.ts';
import { type Result, resultOf, type Told } from './told.ts';

/** A message's content; `text` is what notifications and screen readers get. */
export interface SlackMessage {
  text: string;
  blocks: Block[];
}

export type Block =
  | { type: 'section'; text: Text }
  | { type: 'section'; fields: Text[] }
  | { type: 'context'; elements: Text[] };

/** https://docs.slack.dev/reference/block-kit/blocks */
const BLOCK_LIMIT = 50;

const SIGNS: Record<Result, string> = {
  succeeded: ':white_check_mark:',
  failed: ':x:',
  rejected: ':no_entry:',
  superseded: ':fast_forward:',
};

/** What was done and yet wants somebody is not to be taken for a success like any other. */
const signOf = (told: Told): string =>
  resultOf(told) === 'succeeded' && told.warnings ? ':warning:' : SIGNS[resultOf(told)];

const said = (text: Text): Block => ({ type: 'section', text });
const footer = (deployment: string): Block => ({ type: 'context', elements: [mrkdwn(code(deployment))] });

function message(text: string, blocks: (Block | undefined)[]): SlackMessage {
  return { text: inert(text), blocks: blocks.filter((block) => block !== undefined).slice(0, BLOCK_LIMIT) };
}

/** How a deployment ended. */
export function endMessage(told: Told): SlackMessage {
  const line = headline(told);
  const url = told.url && link(told.url);
  return message(line, [
    said(mrkdwn(`${signOf(told)} *${inert(line)}*${url ? `\n${url}` : ''}`)),
    ...[...trouble(told), ...cautions(told)].map((paragraph) => said(plain(paragraph))),
    told.event === 'DeploymentSucceeded' ? undefined : said(plain(serves(told))),
    {
      type: 'section',
      fields: particulars(told).map(([label, value]) => plain(`${label}: ${value}`, FIELD_LIMIT)),
    },
    footer(told.deployment),
  ]);
}

/** How far a running deployment is, by its row alone: the same row always gives the same message. */
export function progressMessage(row: Deployment): SlackMessage {
  const known = withoutSecretsInside(row);
  const { id, pilot, environment, trigger, step, steps, progress, shifted, facts, plan } = known;
  const line = `${pilot} is being ${doing(trigger.kind)} ${environment}`;
  const url = plan && link(plan.url);
  const begun = Object.entries(steps)
    .sort(([, a], [, b]) => a.localeCompare(b))
    .map(([name]) => (name === step ? `*${inert(name)}* …` : inert(name)));
  const moved = shifted && `${shifted.weight} % of the traffic`;
  const changed = changes(facts);
  return message(line, [
    said(mrkdwn(`:hourglass_flowing_sand: *${inert(line)}*${url ? `\n${url}` : ''}`)),
    begun.length > 0 ? said(mrkdwn(begun.join(' → '))) : undefined,
    progress ? said(plain(progress)) : undefined,
    moved ? said(plain(moved)) : undefined,
    changed ? said(plain(changed)) : undefined,
    ...cautions({ warnings: warningsOf(known) ?? {} }).map((paragraph) => said(plain(paragraph))),
    footer(id),
  ]);
}
