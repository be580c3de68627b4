import type { YAMLException } from 'js-yaml';
import type { Finding } from './finding.ts';
import { openQuote } from './open-quote.ts';
import { ALIAS, TAB, TAG, TOO_DEEP } from './refusals.ts';

/** What the parser stopped at, in plain words. It stops at the first trouble, since what follows would be guesses. */
export function unparsable({ reason, mark }: YAMLException, text: string): Finding {
  const quote = QUOTE_MAY_BE_OPEN.test(reason) ? openQuote(text.slice(0, quotedUntil(reason, mark, text))) : undefined;
  if (quote !== undefined) return { ...OPEN_QUOTE, at: quote };
  const at = Math.min(mark?.position ?? 0, Math.max(0, text.trimEnd().length - 1));
  const [, refusal] = REFUSALS.find(([words]) => words.test(reason)) ?? [];
  return { ...(refusal ?? syntax(`the text cannot be read: ${reason}`, 'YAML or JSON')), at };
}

/** A quote that nothing closes runs on into the next line, or as far as the next quote in JSON. */
const QUOTE_MAY_BE_OPEN = /quoted scalar|deficient indentation|missed comma/;

/** Where the parser stopped, or the quote before, which may have ended what the writer left open. */
function quotedUntil(reason: string, mark: YAMLException['mark'], text: string): number {
  const position = mark?.position ?? text.length;
  if (!reason.includes('missed comma')) return position;
  const before = text.slice(0, position).replace(/[^"']*$/, '');
  const opening = openQuote(before.slice(0, -1));
  return opening !== undefined && before.slice(opening).includes('\n') ? before.length - 1 : position;
}

type Refusal = Omit<Finding, 'at'>;

const syntax = (message: string, expected: string): Refusal => ({ code: 'MANIFEST_SYNTAX', message, expected });

const MISFIT = syntax(
  'the indentation or a colon is wrong here, or in the line above',
  'key: value, as deep as its neighbours',
);
const OPEN_QUOTE = syntax('the quote here is never closed', 'the same quote again at the end of the text');
const UNCLOSED = syntax('a bracket or brace is still open here', 'a ] or } that closes it');

/** The parser's own words, and what we say. */
const REFUSALS: [RegExp, Refusal][] = [
  [/maxDepth/, TOO_DEEP],
  [/^tab characters/, TAB],
  [/\btag (?:property|handle|suffix|name|prefix)|verbatim tag|TAG directive/, TAG],
  [/\b(?:anchor|alias)\b/, ALIAS],
  [/document separator is expected|bad indentation|multiline key/, MISFIT],
  [/flow collection$|deficient indentation/, UNCLOSED],
  [/expected ':' after/, syntax('a colon is missing here', 'key: value')],
  [/whitespace character is expected/, syntax('a space is missing after the colon', 'key: value')],
  [/missed comma/, syntax('a comma is missing here', 'a comma between two entries')],
];
