import { readLog } from '../../shared/aws/logs.ts';
import { serveWire } from '../support/wire.ts';

/** CloudWatch Logs as far as the SDK's wire goes: a page may be short or empty, which the emulator's never is. */
let end: () => Promise<void>;
let pages: string[][];
let asked: Record<string, unknown>[];

beforeAll(async () => {
  end = await serveWire((body) => {
    const index = asked.push(JSON.parse(body)) - 1;
    const events = (pages[index] ?? []).map((message) => ({ eventId: message, timestamp: 1, message }));
    const more = index + 1 < pages.length ? { nextToken: `page ${index + 1}` } : {};
    return { body: JSON.stringify({ events, ...more }) };
  });
});
afterAll(() => end());
beforeEach(() => {
  asked = [];
});

const read = async (most: number, ...told: string[][]) => {
  pages = told;
  const found = await readLog('/pilots/acme', 1_760_000_000_000, most);
  return { texts: found?.lines.map(({ text }) => text), earlier: found?.earlier };
};

describe('the latest lines of a log group', () => {
  it('are read from its end, no more of them than are wanted', async () => {
    expect(await read(2, ['four', 'three'], ['two', 'one'])).toEqual({ texts: ['three', 'four'], earlier: true });
    expect(asked).toEqual([
      { logGroupName: '/pilots/acme', startTime: 1_760_000_000_000, startFromHead: false, limit: 2 },
    ]);
  });

  it('may lie behind pages that are short or empty', async () => {
    expect(await read(3, [], ['three'], [], ['two', 'one'])).toEqual({
      texts: ['one', 'two', 'three'],
      earlier: false,
    });
    expect(asked.map(({ nextToken }) => nextToken)).toEqual([undefined, 'page 1', 'page 2', 'page 3']);
  });

  it('are looked for on twenty pages, which is said where that was not all', async () => {
    const empty = Array.from({ length: 30 }, () => []);
    expect(await read(1, ...empty)).toEqual({ texts: [], earlier: true });
    expect(asked).toHaveLength(20);
  });
});
