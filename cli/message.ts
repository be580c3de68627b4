import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PAGE_LIMIT, pageProblem } from '../shared/maintenance.ts';
import { type Refused, refused } from './result.ts';

/** Far more than a message may have: the rest of a longer file need not be read to refuse it. */
const READ = 16 * PAGE_LIMIT;

/** Reads what visitors are to see while a pilot is offline. Nothing has been sent when it is refused. */
export async function readMessage(path: string, cwd: string): Promise<{ text: string } | Refused> {
  const place = { file: path };
  const bytes = await readStart(resolve(cwd, path));
  if ('code' in bytes)
    return refused(2, { code: 'MESSAGE_MISSING', message: `it cannot be read: ${bytes.code}`, place });
  // What is no UTF-8 becomes a sign that no text has.
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  const problem = pageProblem(text);
  return problem ? refused(2, { ...problem, place }) : { text };
}

async function readStart(path: string): Promise<Buffer | { code: string }> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(READ), 0, READ, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    return { code: String((error as NodeJS.ErrnoException).code) };
  }
}
