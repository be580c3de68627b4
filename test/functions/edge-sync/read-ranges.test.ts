import { handler } from '../../../functions/edge-sync/read-ranges.ts';
import type { Run } from '../../../shared/edge-sync/run.ts';
import { claimEdge, leaveEdge } from '../../../shared/ledger/edge.ts';
import { findRanges } from '../../../shared/ledger/edge-ranges.ts';
import { manifestOf } from '../../support/manifest.ts';
import { listOf, md5Of, type Served, serveList } from '../../support/ranges.ts';
import { type Stage, setStage } from '../../support/stage.ts';

const [OLD, NEW] = [1_767_000_000, 1_767_000_600];

let stage: Stage;
let served: Served;
beforeAll(async () => {
  [stage, served] = await Promise.all([setStage(), serveList()]);
  process.env.IP_RANGES_URL = served.url;
});
beforeEach(async () => {
  await stage.fresh();
  Object.assign(served, { status: 200, text: listOf(OLD) });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => Promise.all([stage.close(), served.close()]));

const read = (input: Run, attempt = 0) => handler({ execution: 'run', attempt, input });
const announced = (token: number, text = served.text): Run => ({
  reason: 'announced',
  announced: { token, md5: md5Of(text) },
});
const refusals = () => stage.events.filter(({ name }) => name === 'EdgeRefused').map(({ detail }) => detail);

/** A pilot that was deployed, with groups that Pilotage keeps, or none. */
async function deployed(pilot: string, groups: string[]): Promise<void> {
  await stage.upload(pilot, manifestOf(pilot));
  const claim = await claimEdge({ pilot, environment: 'production' }, 1, new Date());
  if (!claim) throw new Error('somebody else has it');
  const mode = groups.length > 0 ? 'rules' : 'vpc-origin';
  const opening = {
    mode,
    service: 'CLOUDFRONT_ORIGIN_FACING',
    ipv6: true,
    groups,
    port: 443,
    lists: [] as string[],
  } as const;
  await leaveEdge(claim, { opening, at: new Date().toISOString(), outcome: 'done' });
}

describe('the list', () => {
  it('is read and kept, and those whom it matters for are named: pilots with groups, and the prefix lists', async () => {
    await deployed('with', ['sg-1']);
    await deployed('without', []);
    await stage.upload('static', manifestOf('static'));
    expect(await read(announced(OLD))).toEqual({
      token: OLD,
      check: 'gate',
      pilots: [
        { pilot: '*', environment: '*' },
        { pilot: 'with', environment: 'production' },
      ],
    });
    expect((await findRanges())?.token).toBe(OLD);
    expect(refusals()).toEqual([]);
  });

  it('is compared with what is there in the day’s check and where somebody asks', async () => {
    expect(await read({ reason: 'daily' })).toMatchObject({ check: 'drift' });
    expect(await read({ reason: 'asked' })).toMatchObject({ check: 'drift' });
  });

  it('is looked at for those alone that are named', async () => {
    await deployed('with', ['sg-1']);
    const pilots = [{ pilot: 'other', environment: 'staging' }];
    expect(await read({ reason: 'again', pilots })).toMatchObject({ pilots });
  });

  it('that was announced and is not there yet is asked for again', async () => {
    await read(announced(OLD));
    await expect(read(announced(NEW, listOf(NEW)))).rejects.toThrow('RANGES_STALE');
    served.text = listOf(NEW);
    expect(await read(announced(NEW))).toMatchObject({ token: NEW });
  });

  it('is a newer one than was announced: that counts, whatever digest was told', async () => {
    served.text = listOf(NEW);
    expect(await read(announced(OLD, listOf(OLD)))).toMatchObject({ token: NEW });
    expect(refusals()).toEqual([]);
  });
});

describe('a list that is not taken', () => {
  beforeEach(async () => {
    await read({ reason: 'daily' });
    served.text = listOf(NEW);
  });

  it.each([
    ['an HTML page', () => '<html>Service Unavailable</html>', 'RANGES_MALFORMED'],
    ['one that is cut off', () => listOf(NEW).slice(0, 300), 'RANGES_MALFORMED'],
    ['one with a private range', () => listOf(NEW, ['10.0.0.0/8']), 'RANGES_MALFORMED'],
    ['one with all addresses', () => listOf(NEW, ['0.0.0.0/0']), 'RANGES_MALFORMED'],
    ['one that is many times as large', () => listOf(NEW, ['16.0.0.0/8', '17.0.0.0/8']), 'RANGES_SUSPICIOUS'],
  ])('%s: it is told, and the one before counts on', async (_, text, code) => {
    served.text = text();
    const reading = await read({ reason: 'daily' });
    expect(reading).toMatchObject({ token: OLD, refused: { code } });
    expect(refusals()).toEqual([{ deployment: 'edge_run_refused', ...reading.refused }]);
    expect((await findRanges())?.token).toBe(OLD);
  });

  it('is written down by the words that the alarm goes by', async () => {
    jest.spyOn(console, 'info').mockImplementation(() => {});
    const written = jest.spyOn(console, 'error').mockImplementation(() => {});
    process.env.LOG_LEVEL = '';
    served.text = '<html>';
    await read({ reason: 'daily' }).finally(() => {
      process.env.LOG_LEVEL = 'silent';
    });
    expect(JSON.parse(String(written.mock.calls[0]?.[0]))).toMatchObject({
      ...{ level: 'error', message: 'the list was refused', code: 'RANGES_MALFORMED' },
    });
  });

  it('another one than was announced: it is told, and the one before counts on', async () => {
    expect(await read(announced(NEW, 'another'))).toMatchObject({ token: OLD, refused: { code: 'RANGES_MALFORMED' } });
    expect(refusals()).toHaveLength(1);
  });

  it('an older one: it is told where it goes on to be served for half an hour, and the newer one counts on', async () => {
    served.text = listOf(OLD - 600);
    await expect(read({ reason: 'daily' }, 7)).rejects.toThrow('RANGES_OLDER');
    expect(refusals()).toEqual([]);
    const refused = { code: 'RANGES_OLDER' };
    expect(await read({ reason: 'daily' }, 8)).toMatchObject({ token: OLD, refused });
    expect(await read({ reason: 'asked' })).toMatchObject({ token: OLD, refused });
    expect(refusals()).toMatchObject([refused, refused]);
  });

  it('an older one, where it was announced: nothing is told', async () => {
    served.text = listOf(OLD - 600);
    const reading = await read(announced(OLD - 600));
    expect(reading).toMatchObject({ token: OLD });
    expect(reading).not.toHaveProperty('refused');
    expect(refusals()).toEqual([]);
  });
});

describe('a list that cannot be read', () => {
  it('is asked for again for half an hour, then told; the one before counts on', async () => {
    await read({ reason: 'daily' });
    Object.assign(served, { status: 503, text: 'busy' });
    await expect(read({ reason: 'daily' }, 7)).rejects.toThrow('RANGES_UNREACHABLE');
    expect(refusals()).toEqual([]);
    expect(await read({ reason: 'daily' }, 8)).toMatchObject({ token: OLD, refused: { code: 'RANGES_UNREACHABLE' } });
    expect(refusals()).toMatchObject([{ code: 'RANGES_UNREACHABLE', reason: expect.stringContaining('503') }]);
  });

  it('is told at once to whoever waits for it, and to nobody else', async () => {
    served.status = 503;
    expect(await read({ reason: 'asked' })).toMatchObject({ pilots: [], refused: { code: 'RANGES_UNREACHABLE' } });
    expect(refusals()).toEqual([]);
  });
});
