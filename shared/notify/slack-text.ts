/**
 * Text in Slack's own forms. Texts that come from manifests, people or errors go
 * into `plain_text` objects, which know no markup; `mrkdwn` is for our own words.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export type Text = { type: 'plain_text'; text: string; emoji: false } | { type: 'mrkdwn'; text: string };

/** Most characters in a section's text. https://docs.slack.dev/reference/block-kit/blocks/section-block */
const TEXT_LIMIT = 3_000;
/** … in one of its fields, and how many fields. */
export const FIELD_LIMIT = 2_000;
const LINK_LIMIT = 1_000;

export const plain = (text: string, limit = TEXT_LIMIT): Text => ({
  type: 'plain_text',
  text: clip(escaped(text), limit) || '–',
  emoji: false,
});

export const mrkdwn = (text: string): Text => ({ type: 'mrkdwn', text: clip(text, TEXT_LIMIT) || '–' });

/** For a foreign name inside `mrkdwn`: what would format, mention or link becomes a look-alike. */
export const inert = (text: string): string =>
  escaped(text).replace(/[*_~`]/g, (mark) => ({ '*': '∗', _: 'ˍ', '~': '∼' })[mark] ?? 'ˋ');

/** An id as code, where underscores mean nothing. */
export const code = (text: string): string => `\`${escaped(text).replaceAll('`', 'ˋ')}\``;

/** A link, or undefined when this is no web address (or one too long to be cut safely). */
export function link(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { href, protocol } = new URL(url);
  if ((protocol !== 'https:' && protocol !== 'http:') || href.length > LINK_LIMIT) return undefined;
  const target = href.replaceAll('|', '%7C');
  return `<${escaped(target)}|${inert(target.replace(/^https?:\/\/|\/$/g, ''))}>`;
}

/** The three characters that Slack reads as markup everywhere; control characters go. */
function escaped(text: string): string {
  return text
    .replace(/[^\P{Cc}\n]+/gu, ' ')
    .replace(/[&<>]/g, (mark) => ({ '&': '&amp;', '<': '&lt;' })[mark] ?? '&gt;');
}

/** Cuts at the limit, but no entity and no character in two. */
function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text
    .slice(0, limit - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/&[a-z]{0,3}$/, '')}…`;
}
