import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { type Finding, joinPath } from './finding.ts';
import { type Key, readKey } from './key.ts';
import { ALIAS, MAX_DEPTH, TAG, TOO_DEEP } from './refusals.ts';
import { codePoint, UNSEEN } from './text.ts';
import type { List, Mapping, Node } from './tree.ts';

/** What became of a text: no root where nothing could be read. */
export interface Grown {
  root?: Node;
  findings: Finding[];
}

/**
 * Grows the tree of one document from the parser's events. Every scalar stays
 * text. Anchors, aliases, tags, merge keys, twin keys and dangerous keys are
 * found here; what they lead to is left out, so nothing they say takes effect.
 */
export function grow(events: Event[], text: string): Grown {
  const growth = new Growth(text);
  for (const event of events) if (!growth.take(event)) break;
  const { root, findings } = growth;
  return root ? { root, findings } : { findings };
}

/** A list or section whose end has not come. */
type Open = { node: List } | { node: Mapping; key: Key | undefined; seen: Set<string> };

class Growth {
  root: Node | undefined;
  readonly findings: Finding[] = [];
  readonly text: string;
  private readonly open: Open[] = [];
  /** How far the text was read. */
  private end = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Takes the next event; false when the rest is not worth reading. */
  take(event: Event): boolean {
    if (event.type === EVENT_ID.DOCUMENT) return true;
    if (event.type === EVENT_ID.POP) return this.close();
    if (event.anchorStart >= 0) this.report({ ...ALIAS, at: event.anchorStart - 1 });
    if (event.type === EVENT_ID.ALIAS) return this.add({ kind: 'unreadable', start: event.anchorStart - 1 });
    if (event.tagStart >= 0) this.report({ ...TAG, at: event.tagStart });
    if (event.type === EVENT_ID.SCALAR) return this.add(this.scalar(event));
    const { start } = event;
    if (this.open.length === MAX_DEPTH) {
      this.findings.push({ ...TOO_DEEP, at: start });
      return false;
    }
    if (event.type === EVENT_ID.SEQUENCE) this.open.push({ node: { kind: 'list', start, items: [] } });
    else {
      const node: Mapping = { kind: 'mapping', start, entries: new Map(), merged: false };
      this.open.push({ node, key: undefined, seen: new Set() });
    }
    return true;
  }

  private close(): boolean {
    const closed = this.open.pop();
    return closed ? this.add(closed.node) : true;
  }

  private add(node: Node): true {
    const open = this.open.at(-1);
    if (!open) this.root ??= node;
    else if (!('seen' in open)) open.node.items.push(node.start < 0 ? { ...node, start: open.node.start } : node);
    else if (open.key) {
      const { name, start } = open.key;
      const value = node.start < 0 ? { ...node, start } : node;
      if (node.start < 0) this.passColon();
      if (name !== undefined) open.node.entries.set(name, { keyStart: start, value });
      open.key = undefined;
    } else {
      const read = readKey(node.start < 0 ? { ...node, start: this.passColon() } : node, open.node, open.seen);
      if (read.finding) this.report(read.finding);
      open.key = read;
    }
    return true;
  }

  private scalar(event: ScalarEvent): Node {
    const { style, valueStart: start } = event;
    if (start < 0) return { kind: 'empty', start, isNull: false };
    this.end = event.valueEnd;
    const text = getScalarValue(this.text, event);
    if (style === SCALAR_STYLE.PLAIN)
      return NULL.test(text) ? { kind: 'empty', start, isNull: true } : { kind: 'scalar', start, text, plain: true };
    if (style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK)
      return { kind: 'scalar', start, text, plain: false };

    const quote = start - 1;
    const escaped = style === SCALAR_STYLE.DOUBLE_QUOTED ? UNSEEN.exec(text)?.[0] : undefined;
    if (escaped === undefined) return { kind: 'scalar', start: quote, text, plain: false };
    const message = `the text holds the character ${codePoint(escaped)}, which cannot be seen`;
    this.report({ ...UNSEEN_TEXT, message, at: quote });
    return { kind: 'unreadable', start: quote };
  }

  /** What is empty has no offset: the colon beside it is its place. */
  private passColon(): number {
    const colon = this.text.indexOf(':', this.end);
    if (colon >= 0) this.end = colon + 1;
    return colon;
  }

  private report(finding: Finding): void {
    const steps = this.open.map((open) => ('seen' in open ? open.key?.name : open.node.items.length));
    const path = joinPath([...steps, finding.path].filter((step) => step !== undefined));
    this.findings.push({ ...finding, ...(path && { path }) });
  }
}

const NULL = /^(?:null|Null|NULL|~)$/;

const UNSEEN_TEXT = { code: 'MANIFEST_CONTROL_CHARACTER', expected: 'text without control characters' } as const;
