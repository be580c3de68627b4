import type { Answer } from './api/answer.ts';

/** What a page is made of: text, or text that leads to another page. */
export type Line = string | { text: string; to: string };

/** Lines as a page: something to click on for who takes HTML, as browsers do, else text. */
export function sheet(status: number, lines: Line[], accept: string): Answer {
  const isHtml = accept.includes('text/html');
  const body = isHtml ? htmlOf(lines) : `${lines.map(textOf).join('\n')}\n`;
  return {
    status,
    headers: {
      'content-type': `text/${isHtml ? 'html' : 'plain'}; charset=utf-8`,
      // What somebody pushed or wrote is shown, and nothing of it is run.
      ...{ 'content-security-policy': "default-src 'none'", 'x-content-type-options': 'nosniff' },
    },
    body: Buffer.from(body),
  };
}

const textOf = (line: Line): string => (typeof line === 'string' ? line : line.text);

function htmlOf(lines: Line[]): string {
  const [title = ''] = lines.map(textOf);
  const shown = lines.map((line) => (typeof line === 'string' ? linked(line) : anchor(line.to, line.text)));
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><pre>${shown.join('\n')}</pre></html>\n`;
}

/** Addresses in a text lead to where they say. */
const linked = (text: string): string =>
  text
    .split(/(https?:\/\/[^\s<>"']+)/)
    .map((part, index) => (index % 2 && !part.endsWith('.git') ? anchor(part, part) : escaped(part)))
    .join('');

const anchor = (to: string, text: string): string => `<a href="${escaped(to)}">${escaped(text)}</a>`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
