import { parseEvents, YAMLException } from 'js-yaml';
import { PARSER_DEPTH } from './refusals.ts';

/**
 * The offset of the quote that is still open where the text ends, if one is.
 * The parser itself says whether, so a quote in a comment or within plain text is none.
 */
export function openQuote(text: string): number | undefined {
  try {
    parseEvents(text.trimEnd(), { maxDepth: PARSER_DEPTH });
  } catch (error) {
    const kind = error instanceof YAMLException ? /within a (single|double) quoted/.exec(error.reason)?.[1] : undefined;
    if (kind) return lastOf(kind === 'double' ? DOUBLE : SINGLE, text);
  }
  return undefined;
}

/** What follows the open quote can hold others of its kind only escaped: with a backslash, or doubled. */
const DOUBLE = /(?<!\\)(?:\\\\)*"/g;
const SINGLE = /(?<!')'(?:'')*(?!')/g;

function lastOf(opening: RegExp, text: string): number | undefined {
  const last = [...text.matchAll(opening)].at(-1);
  return last && last.index + last[0].search(/["']/);
}
