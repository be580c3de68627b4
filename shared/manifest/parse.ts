import { EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml';
import type { Finding } from './finding.ts';
import { type Grown, grow } from './grow.ts';
import { PARSER_DEPTH } from './refusals.ts';
import { unparsable } from './unparsable.ts';

/**
 * Parses YAML, and so JSON, into a tree of text. The parser stops by itself at
 * the depth limit, so neither brackets nor indentation can exhaust the stack.
 */
export function parse(text: string): Grown {
  let events: Event[];
  try {
    events = parseEvents(text, { maxDepth: PARSER_DEPTH });
  } catch (error) {
    if (error instanceof YAMLException) return { findings: [unparsable(error, text)] };
    throw error;
  }
  const [first, second] = events.flatMap((event, index) => (event.type === EVENT_ID.DOCUMENT ? [index] : []));
  if (first === undefined) return { findings: [EMPTY] };

  const grown = grow(events.slice(first + 1, second), text);
  const findings = [...grown.findings];
  if (second !== undefined) findings.push(severalDocuments(events, second, text));
  if (grown.root?.kind === 'empty') return { findings: findings.length > 0 ? findings : [EMPTY] };
  return { ...grown, findings };
}

const EMPTY: Finding = {
  code: 'MANIFEST_EMPTY',
  at: 0,
  message: 'the manifest is empty',
  expected: 'apiVersion, name, target and source',
};

/** A document's event has no offset: its place is the `---` after the last thing before it, or else its content. */
function severalDocuments(events: Event[], index: number, text: string): Finding {
  const before = Math.max(0, ...events.slice(0, index).map(offset));
  const marker = /^---(?=\s|$)/gm;
  marker.lastIndex = before;
  const content = events
    .slice(index)
    .map(offset)
    .find((at) => at >= 0);
  return {
    code: 'MANIFEST_SEVERAL_DOCUMENTS',
    at: (before > 0 ? marker.exec(text)?.index : undefined) ?? content ?? before,
    message: 'a second document starts here',
    expected: 'one document in one file',
  };
}

function offset(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start;
  return -1;
}
