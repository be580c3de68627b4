import type { SourceFile } from './files.ts';

/** A stretch of the zip that is read in one request, and the files whose content lies in it. */
export interface Range {
  start: number;
  /** First byte that is not read. */
  end: number;
  files: SourceFile[];
}

/** Reading this much that is not needed costs less than another request. */
const GAP = 64 * 1024;
/** Stretches are held in memory, some at a time. A file that is not large always fits. */
export const LONGEST = 2 * 1024 * 1024;
/** Larger files are not held in memory: they get a range of their own and are streamed. */
const LARGE = 1024 * 1024;

/** Few requests for the wanted entries: neighbours share one. */
export function rangesFor(files: SourceFile[]): Range[] {
  const ranges: Range[] = [];
  for (const file of files.toSorted((a, b) => a.entry.start - b.entry.start)) {
    const { start } = file.entry;
    const end = reach(file);
    const last = ranges.at(-1);
    const joins = last && !isLarge(file) && !last.files.some(isLarge) && start - last.end <= GAP;
    if (joins && Math.max(end, last.end) - last.start <= LONGEST) {
      last.end = Math.max(end, last.end);
      last.files.push(file);
    } else {
      ranges.push({ start, end, files: [file] });
    }
  }
  return ranges;
}

export const isLarge = ({ entry }: SourceFile): boolean => entry.size > LARGE || entry.packed > LARGE;

/** A local header of 30 bytes, the name and the extra field, whose lengths only the header itself tells. */
const MOST_HEADER = 30 + 2 * 0xffff;

const reach = ({ entry }: SourceFile) => Math.min(entry.end, entry.start + MOST_HEADER + entry.packed);
