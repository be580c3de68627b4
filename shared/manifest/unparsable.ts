import type { YAMLException } from 'js-yaml';
import type { Finding } from './finding.ts';
import { ALIAS, TAB, TAG, TOO_DEEP } from './refusals.ts';

/** What the parser stopped at, in plain words. It stops at the first trouble, since what follows would be guesses. */
export function unparsable({ reason, mark }: YAMLException, text: string): Finding {
  const at = Math.min(mark?.position ?? 0, Math.max(0, text.trimEnd().length - 1));
  const [, refusal] = REFUSALS.find(([words]) => words.test(reason)) ?? [];
  return { ...(refusal ?? syntax(`the text cannot be read: ${reason}`, 'YAML or JSON')), at };
}

type Refusal = Omit<Finding, 'at'>;

const syntax = (message: string, expected: string): Refusal => ({ code: 'MANIFEST_SYNTAX', message, expected });

const MISFIT = syntax(
  'the indentation or a colon is wrong here, or in the line above',
  'key: value, as deep as its neighbours',
);
const UNCLOSED = syntax('a bracket or brace is still open here', 'a ] or } that closes it');

/** The parser's own words, and what we say. */
const REFUSALS: [RegExp, Refusal][] = [
  [/maxDepth/, TOO_DEEP],
  [/^tab characters/, TAB],
  [/\btag (?:property|handle|suffix|name|prefix)|verbatim tag|TAG directive/, TAG],
  [/\b(?:anchor|alias)\b/, ALIAS],
  [/document separator is expected|bad indentation|multiline key/, MISFIT],
  [/flow collection$|deficient indentation/, UNCLOSED],
  [/within a (?:single|double) quoted scalar/, syntax('a quoted text is still open here', 'the quote that closes it')],
  [/expected ':' after/, syntax('a colon is missing here', 'key: value')],
  [/whitespace character is expected/, syntax('a space is missing after the colon', 'key: value')],
  [/missed comma/, syntax('a comma is missing here', 'a comma between two entries')],
];
