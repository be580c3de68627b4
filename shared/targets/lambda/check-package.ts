import type { Entry } from '../artifact/directory.ts';
import type { Flaw } from '../artifact/limits.ts';
import { handlerFiles } from './handler-files.ts';

/** Bytes that code may have unpacked: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_UNPACKED = 250 * 1024 ** 2;

/** All that would keep Lambda from running a zip, judged by its directory alone. */
export function packageFlaws(entries: Entry[], runtime: string, handler: string): Flaw[] {
  const files = entries.filter(({ path }) => !path.endsWith('/'));
  if (files.length === 0)
    return [{ code: 'ARTIFACT_EMPTY', message: 'the zip holds no files', expected: 'the code of the function' }];
  return [...sizeFlaws(files), ...encrypted(files), ...missingHandler(files, runtime, handler)];
}

function sizeFlaws(files: Entry[]): Flaw[] {
  const size = files.reduce((sum, entry) => sum + entry.size, 0);
  if (size <= MOST_UNPACKED) return [];
  const message = `the zip unpacks to ${size} bytes`;
  const hint = 'leave out what the function does not need, or deploy an image';
  return [
    { code: 'ARTIFACT_TOO_LARGE', message, expected: `at most ${MOST_UNPACKED}, which is what Lambda takes`, hint },
  ];
}

function encrypted(files: Entry[]): Flaw[] {
  const count = files.filter((entry) => entry.encrypted).length;
  if (count === 0) return [];
  const message = `${count} of the zip’s files are encrypted`;
  return [{ code: 'ARTIFACT_ENCRYPTED', message, expected: 'a zip without a password' }];
}

function missingHandler(files: Entry[], runtime: string, handler: string): Flaw[] {
  const wanted = handlerFiles(runtime, handler);
  const paths = new Set(files.map(({ path }) => path));
  if (!wanted || wanted.some((path) => paths.has(path))) return [];
  const message = `the file of lambda.handler, ${handler}, is not in the zip`;
  return [{ code: 'HANDLER_MISSING', message, expected: wanted.join(' or '), ...folderHint([...paths], wanted) }];
}

function folderHint(paths: string[], wanted: string[]): { hint?: string } {
  const found = paths.find((path) => wanted.some((file) => path.endsWith(`/${file}`)));
  return found ? { hint: `${found} is there: zip the content of its folder, or name it in lambda.handler` } : {};
}
