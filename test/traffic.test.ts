import type { Plan } from '../shared/targets/target.ts';
import { trafficNow } from '../shared/traffic.ts';
import { type KvsServer, startKvs } from './support/kvs-server.ts';

let kvs: KvsServer;
beforeAll(async () => {
  kvs = await startKvs();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: kvs.url,
    KVS_ARN: kvs.arn,
  });
});
afterAll(() => kvs.close());

const plan = { target: 'static', detail: { site: 'acme' } } as Plan;
const pointerTo = (release: string) => JSON.stringify({ f: 1, l: { r: release, i: [], c: 'd', x: 'index.html' } });
const moved = (release: string, secondsAgo: number) => ({
  moved: { weights: { [release]: 100 }, at: new Date(Date.now() - secondsAgo * 1000).toISOString() },
});

/** Reads the traffic, and counts how often the pointer was asked for; after the first time it says what `then` says. */
async function read(lock: Parameters<typeof trafficNow>[1], then: string) {
  let reads = 0;
  kvs.set('acme', pointerTo('old'));
  kvs.reading = () => {
    reads += 1;
    if (reads === 2) kvs.set('acme', pointerTo(then));
    return undefined;
  };
  const { weights } = await trafficNow(plan, lock);
  return { weights, reads };
}

describe('who gets the traffic now', () => {
  it('is asked for once when the pointer shows the last move, or none is known', async () => {
    expect(await read(moved('old', 0), 'old')).toEqual({ weights: { old: 100 }, reads: 1 });
    expect(await read({}, 'new')).toEqual({ weights: { old: 100 }, reads: 1 });
  });

  it('is asked for again while a read may be older than the last move', async () => {
    expect(await read(moved('new', 1), 'new')).toEqual({ weights: { new: 100 }, reads: 2 });
  });

  it('is what the pointer says once no read can be that old: somebody else moved it', async () => {
    expect(await read(moved('new', 11), 'new')).toEqual({ weights: { old: 100 }, reads: 1 });
    const late = await read(moved('new', 9.9), 'other');
    expect(late.weights).toEqual({ other: 100 });
    expect(late.reads).toBeGreaterThan(1);
  });

  it('is asked for again also when the last move took the pilot offline', async () => {
    const offline = { moved: { weights: {}, at: new Date(Date.now() - 9_900).toISOString() } };
    expect((await read(offline, 'old')).reads).toBeGreaterThan(1);
  });
});
