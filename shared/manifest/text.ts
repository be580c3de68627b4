import type { Finding } from './finding.ts';

/** Bytes that a manifest may have. */
export const MANIFEST_LIMIT = 64 * 1024;

/**
 * What cannot be seen and may fool a reader: control characters, a byte order
 * mark inside the text, other line separators, and marks that reverse the
 * direction of writing.
 */
export const UNSEEN = /[^\P{Cc}\t\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\p{Cs}/u;

/**
 * The manifest's text, without byte order mark and with `\n` line ends, or what
 * is wrong before anything is parsed. A text is always there, so that a place can be found in it.
 */
export function readText(bytes: Uint8Array): { text: string; findings: Finding[] } {
  if (bytes.length > MANIFEST_LIMIT) return { text: '', findings: [tooLarge(bytes.length)] };
  const decoded = decode(bytes);
  if (decoded === undefined) return notUtf8(bytes);
  const text = unify(decoded);
  return { text, findings: [...unseen(text), ...tabs(text)] };
}

const unify = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

function decode(bytes: Uint8Array, stream = false): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
  } catch {
    return undefined;
  }
}

function tooLarge(size: number): Finding {
  return {
    code: 'MANIFEST_TOO_LARGE',
    at: 0,
    message: `the manifest has ${size} bytes or more`,
    expected: `at most ${MANIFEST_LIMIT} bytes`,
  };
}

/** The place is the end of the longest start that is UTF-8, found by halving. */
function notUtf8(bytes: Uint8Array): { text: string; findings: Finding[] } {
  let good = 0;
  for (let bad = bytes.length + 1; bad - good > 1; ) {
    const middle = (good + bad) >> 1;
    if (decode(bytes.subarray(0, middle), true) === undefined) bad = middle;
    else good = middle;
  }
  const text = unify(decode(bytes.subarray(0, good), true) ?? '');
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const finding: Finding = {
    code: 'MANIFEST_NOT_UTF8',
    at: text.length,
    message: utf16 ? 'the manifest is UTF-16' : 'the bytes here are not UTF-8',
    expected: 'UTF-8 text',
    hint: 'save the file again with the encoding UTF-8',
  };
  return { text, findings: [finding] };
}

function unseen(text: string): Finding[] {
  const found = UNSEEN.exec(text);
  if (!found) return [];
  return [
    {
      code: 'MANIFEST_CONTROL_CHARACTER',
      at: found.index,
      message: `the character ${codePoint(found[0])} cannot be seen`,
      expected: 'text without control characters',
    },
  ];
}

/** `U+0430`, for characters that look like others or like nothing. */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** In JSON a tab indents as well as a space. */
function tabs(text: string): Finding[] {
  if (!text.includes('\t') || /^\s*\{/.test(text)) return [];
  const indented = [...text.matchAll(/^( *)\t[ \t]*[^\s#]/gm)];
  const [first] = indented;
  if (!first) return [];
  const further = indented.length > 1 ? `, and so are ${indented.length - 1} more` : '';
  return [
    {
      code: 'MANIFEST_TAB',
      at: first.index + (first[1]?.length ?? 0),
      message: `this line is indented with a tab${further}`,
      expected: 'spaces',
    },
  ];
}
