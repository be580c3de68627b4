import { makeGroup } from '../../shared/aws/log-streams.ts';
import { serveWire } from '../support/wire.ts';

let end: () => Promise<void>;
let asked: Record<string, unknown>[];
beforeAll(async () => {
  end = await serveWire((body) => {
    const isFirst = asked.push(JSON.parse(body)) === 1;
    return isFirst
      ? { status: 400, body: JSON.stringify({ __type: 'ResourceAlreadyExistsException' }) }
      : { body: JSON.stringify({}) };
  });
});
afterAll(() => end());
beforeEach(() => {
  asked = [];
});

describe('a log group', () => {
  it('keeps its lines for as long as is said also where whoever made it never came to say so', async () => {
    await makeGroup('/pilotage/builds/acme', 30);
    expect(asked).toEqual([
      { logGroupName: '/pilotage/builds/acme' },
      { logGroupName: '/pilotage/builds/acme', retentionInDays: 30 },
    ]);
  });
});
