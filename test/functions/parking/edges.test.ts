import { handler as watchdog } from '../../../functions/parking/watchdog.ts';
import {
  clearFailure,
  type EdgeFailure,
  listFailures,
  noteFailure,
  noteTry,
} from '../../../shared/ledger/edge-failures.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const of = (pilot: string) => ({ pilot, environment: 'production' });
const minutesAgo = (count: number) => new Date(Date.now() - count * 60_000);

describe('what lets CloudFront in, and could not be kept', () => {
  it('is tried again once its pause is over, alone, by one run', async () => {
    await noteFailure(of('due'), minutesAgo(6));
    await noteFailure(of('later'), minutesAgo(4));
    await Promise.all([watchdog(), watchdog()]);
    await watchdog();
    expect(stage.started).toEqual([
      {
        machine: process.env.EDGE_MACHINE,
        name: expect.stringMatching(/^again-[0-9a-f]{32}$/),
        input: { reason: 'again', pilots: [of('due')] },
      },
    ]);
  });

  it('is tried again by another run when that failed, too, and waits twice as long', async () => {
    await noteFailure(of('due'), minutesAgo(30));
    await watchdog();
    await noteFailure(of('due'), minutesAgo(9));
    await watchdog();
    expect(stage.started).toHaveLength(1);
    const [failure] = await listFailures();
    expect(Date.parse(failure?.next ?? '') - minutesAgo(9).getTime()).toBeGreaterThan(9 * 60_000);
    await noteFailure(of('due'), minutesAgo(25));
    await watchdog();
    expect(new Set(stage.started.map(({ name }) => name)).size).toBe(2);
  });

  it('is not tried twice at once where another one falls due meanwhile', async () => {
    await noteFailure(of('due'), minutesAgo(6));
    await watchdog();
    await noteFailure(of('other'), minutesAgo(6));
    await watchdog();
    expect(stage.started.map(({ input }) => input.pilots)).toEqual([[of('due')], [of('other')]]);
  });

  it('is tried again an hour later where its run was lost', async () => {
    await noteFailure(of('due'), minutesAgo(90));
    await watchdog();
    const [tried] = await listFailures();
    expect(Date.parse(tried?.next ?? '')).toBeGreaterThan(Date.now() + 59 * 60_000);
    await noteTry(tried as EdgeFailure, minutesAgo(61));
    await watchdog();
    expect(new Set(stage.started.map(({ name }) => name)).size).toBe(2);
  });

  it('keeps what its run noted before the watchdog did', async () => {
    await noteFailure(of('due'), minutesAgo(6));
    const [due] = await listFailures();
    await noteFailure(of('due'), new Date());
    const noted = await listFailures();
    await noteTry(due as EdgeFailure, new Date());
    expect(await listFailures()).toEqual(noted);
    await clearFailure(of('due'));
    await noteTry(due as EdgeFailure, new Date());
    expect(await listFailures()).toEqual([]);
  });

  it('keeps nobody from looking after deployments', async () => {
    await noteFailure(of('due'), minutesAgo(6));
    stage.failing['again-'] = 10;
    await expect(watchdog()).rejects.toThrow('1 of 1');
  });
});
