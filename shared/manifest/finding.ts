import type { Place, Problem } from '../errors.ts';
import type { ManifestCode } from './codes.ts';
import { holdsKey, masked } from './secret-forms.ts';
import { find, type Node } from './tree.ts';

/** A problem while the manifest is still being read: it knows an offset in the text, no line and column yet. */
export interface Finding {
  code: ManifestCode;
  /** Offset in the text, in UTF-16 units. */
  at: number;
  message: string;
  expected: string;
  hint?: string;
  /** `static.notFound`; absent where the trouble belongs to no one key. */
  path?: string;
  /** From `at` up to here stands a secret, which nothing may show. */
  until?: number;
}

/** More than these nobody reads, and an event could not hold them. */
const SHOWN = 100;

/** The findings as problems with a place each, sorted by place, each said once. `text` has `\n` line ends. */
export function placed(findings: Finding[], text: string, file: string): Problem[] {
  // Whatever holds a key is told of as that, and not repeated.
  const tellable = findings.filter(({ message }) => !holdsKey(message));
  const once = new Map(tellable.map((finding) => [`${finding.at} ${finding.message}`, finding]));
  const sorted = [...once.values()].sort((a, b) => a.at - b.at);
  const next = sorted[SHOWN];
  const shown = sorted.slice(0, SHOWN);
  if (next) shown.push(furtherFrom(next, sorted.length - SHOWN));

  const secrets = sorted.flatMap(({ at, until }) =>
    until === undefined ? [] : [{ at, end: at + text.slice(at, until).trimEnd().length }],
  );
  let line = 1;
  let start = 0;
  return shown.map(({ at, path, until, ...problem }) => {
    let end = text.indexOf('\n', start);
    for (; end >= 0 && end < at; end = text.indexOf('\n', start)) {
      line++;
      start = end + 1;
    }
    const secret = secrets.find((one) => one.end > start && (end < 0 || one.at <= end));
    const hidden = secret && Math.max(secret.at - start, 0) + 1;
    return {
      ...problem,
      place: { file, line, column: at - start + 1, ...(path && { path }), ...(hidden && { hidden }) },
    };
  });
}

/** Where what stands at a path was written, or the nearest section around it. */
export function placeOf(root: Node, path: readonly PropertyKey[], text: string, file: string): Place {
  const before = text.slice(0, find(root, path).at);
  const line = before.split('\n').length;
  return { file, line, column: before.length - before.lastIndexOf('\n'), path: joinPath(path) };
}

const furtherFrom = ({ at }: Finding, count: number): Finding => ({
  code: 'MANIFEST_TOO_MANY',
  at,
  message: `${count} further problems begin here and are not listed`,
  expected: 'the ones above put right first',
});

/** Joins a path as the problems show it: `rollout.steps[1]`. */
export function joinPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((joined, part) => {
    if (typeof part === 'number') return `${joined}[${part}]`;
    return joined ? `${joined}.${masked(String(part))}` : masked(String(part));
  }, '');
}
