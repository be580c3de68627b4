import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';

/** What a function keeps for a moment in its /tmp. A real file takes real time, during which virtual time goes on. */
const OURS = join(tmpdir(), 'source-');

/** Keeps such files in memory. @returns what puts the real functions back. */
export function installFiles(): () => void {
  const kept = new Map<string, Buffer>();
  const { createWriteStream } = fs;
  const { readFile, rm } = fsPromises;
  const isOurs = (path: unknown): path is string => typeof path === 'string' && path.startsWith(OURS);

  function intoMemory(path: string): Writable {
    const parts: Buffer[] = [];
    return new Writable({
      write(part, _, over) {
        parts.push(part);
        over();
      },
      final(over) {
        kept.set(path, Buffer.concat(parts));
        over();
      },
    });
  }
  async function fromMemory(path: string): Promise<Buffer> {
    const found = kept.get(path);
    if (!found) throw Object.assign(new Error(`there is no ${path}`), { code: 'ENOENT' });
    return found;
  }
  const use = (functions: { createWriteStream: unknown; readFile: unknown; rm: unknown }) => {
    Object.assign(fs, { createWriteStream: functions.createWriteStream });
    Object.assign(fsPromises, { readFile: functions.readFile, rm: functions.rm });
    syncBuiltinESMExports();
  };
  use({
    createWriteStream: (...given: Parameters<typeof createWriteStream>) =>
      isOurs(given[0]) ? intoMemory(given[0]) : createWriteStream(...given),
    readFile: (...given: Parameters<typeof readFile>) => (isOurs(given[0]) ? fromMemory(given[0]) : readFile(...given)),
    rm: async (...given: Parameters<typeof rm>) => (isOurs(given[0]) ? void kept.delete(given[0]) : rm(...given)),
  });
  return () => use({ createWriteStream, readFile, rm });
}
