import { staticTarget } from '../../../shared/targets/static/static.ts';
import type { Live, Plan } from '../../../shared/targets/target.ts';
import { leaseUnder } from '../../support/lease.ts';
import { rawZip } from './raw-zip.ts';
import { openWorld, SITES, UPLOADS, type World } from './world.ts';

let world: World;
let pilot = '';
let count = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  count += 1;
  pilot = `acme-${count}`;
  world.s3.trouble = () => undefined;
});

const lease = (fence = 2) => leaseUnder(fence);
const HASHED = {
  'assets/app-DiwrgTda.js': 'app',
  'assets/main-Bx3k9_Qz.css': 'main',
  'assets/logo-C7tQ2mN4.svg': 'logo',
};
const site = { 'index.html': 'one', '404.html': 'gone', 'about/index.html': 'about', ...HASHED };
const settings = { notFound: '404.html' };

async function prepare(plan: Plan, live?: Live) {
  const before = live ?? (await staticTarget.live(plan));
  world.s3.forget();
  return staticTarget.prepare(plan, before, lease());
}
const written = () =>
  world.s3.log.filter((line) => /^(PUT|COPY) /.test(line)).map((line) => line.replace(`${SITES}/sites/${pilot}/`, ''));

describe('publishing', () => {
  it('stores each file in its area, with its type and how long it may be kept', async () => {
    const plan = await world.plan(pilot, site, settings);
    await prepare(plan);
    const root = `${SITES}/sites/${pilot}`;
    const keys = [...world.s3.objects.keys()]
      .filter((key) => key.startsWith(root))
      .map((key) => key.slice(root.length));
    const own = ['404.html', 'about/index.html', 'index.html', '.pilotage/404.html'];
    expect(keys.sort()).toEqual(
      [
        ...own.map((path) => `/r/${plan.release}/${path}`),
        ...Object.keys(HASHED).map((path) => `/shared/${path}`),
        `/releases/${plan.release}.json`,
      ].sort(),
    );
    expect(world.s3.objects.get(`${root}/shared/assets/app-DiwrgTda.js`)?.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(world.s3.objects.get(`${root}/r/${plan.release}/index.html`)?.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=0, s-maxage=31536000, must-revalidate',
    });
    expect(world.stored(`sites/${pilot}/r/${plan.release}/.pilotage/404.html`)).toBe('gone');
  });

  it('sends only what changed, and copies or leaves the rest', async () => {
    await world.deploy(pilot, site, 1, settings);
    const plan = await world.plan(pilot, { ...site, 'index.html': 'two', 'assets/new-Zk83Qw1x.js': 'new' }, settings);
    expect(await prepare(plan)).toMatchObject({ facts: { uploaded: 2, copied: 3, bytesUploaded: 6 } });
    const release = `r/${plan.release}`;
    expect(written().sort()).toEqual([
      `COPY ${release}/.pilotage/404.html`,
      `COPY ${release}/404.html`,
      `COPY ${release}/about/index.html`,
      `PUT ${release}/index.html`,
      `PUT releases/${plan.release}.json`,
      'PUT shared/assets/new-Zk83Qw1x.js',
    ]);
    expect(await staticTarget.look(plan)).toEqual({ state: 'ready' });
    expect(world.stored(`sites/${pilot}/${release}/about/index.html`)).toBe('about');
  });

  it('writes the list last', async () => {
    const plan = await world.plan(pilot, site, settings);
    await prepare(plan);
    expect(written().at(-1)).toBe(`PUT releases/${plan.release}.json`);
  });

  it('changes nothing, and asks little, when the release is stored already', async () => {
    const plan = await world.deploy(pilot, site, 1, settings);
    expect(await prepare(plan)).toMatchObject({ outcome: 'done' });
    expect(world.s3.counts()).toEqual({ GET: 1, LIST: 1 });
  });

  it('needs one request to see that nothing changed', async () => {
    const first = await world.deploy(pilot, site, 1, settings);
    world.s3.forget();
    const again = await world.plan(pilot, site, settings);
    expect((await staticTarget.live(again)).weights).toEqual({ [first.release]: 100 });
    expect(world.s3.counts()).toEqual({ GET: 1 });
  });

  it('keeps pilots and environments apart', async () => {
    const request = world.request(pilot, rawZip([{ name: 'index.html' }]));
    const [production, staging] = await Promise.all([
      staticTarget.plan(request),
      staticTarget.plan({ ...request, environment: 'staging' }),
    ]);
    expect(production).toMatchObject({ url: `https://${pilot}.pilots.example.com`, detail: { site: pilot } });
    expect(staging).toMatchObject({
      url: `https://${pilot}--staging.pilots.example.com`,
      detail: { site: `${pilot}--staging` },
    });
  });

  it.each([1, 2, 3, 5, 8, 10])('goes on where it was cut off after %i requests', async (requests) => {
    const plan = await world.plan(pilot, site, settings);
    const before = await staticTarget.live(plan);
    world.s3.forget();
    world.s3.trouble = ({ number }) => (number > requests ? { status: 403, code: 'AccessDenied' } : undefined);
    await expect(staticTarget.prepare(plan, before, lease())).rejects.toThrow();
    expect(await staticTarget.look(plan).catch(() => ({ state: 'waiting' }))).toMatchObject({ state: 'waiting' });

    world.s3.trouble = () => undefined;
    const stored = [...world.s3.objects.keys()].filter((key) => key.startsWith(`${SITES}/sites/${pilot}/`));
    expect(await prepare(plan, before)).toMatchObject({ outcome: 'done' });
    expect(await staticTarget.look(plan)).toEqual({ state: 'ready' });
    const twice = written().filter((line) => stored.includes(`${SITES}/sites/${pilot}/${line.slice(4)}`));
    expect(twice).toEqual([]);
  });

  it.each(['lost', 'cut', { status: 503, code: 'SlowDown' }] as const)(
    'repeats a request that met %j',
    async (trouble) => {
      const plan = await world.plan(pilot, site, settings);
      let met = 0;
      world.s3.trouble = ({ kind }) => {
        if (kind !== 'PUT') return undefined;
        met += 1;
        return met <= 3 ? trouble : undefined;
      };
      expect(await prepare(plan)).toMatchObject({ outcome: 'done' });
      expect(met).toBeGreaterThan(3);
      expect(await staticTarget.look(plan)).toEqual({ state: 'ready' });
    },
  );

  it('takes no refusal for success', async () => {
    const plan = await world.plan(pilot, site, settings);
    world.s3.trouble = ({ kind }) => (kind === 'PUT' ? { status: 404, code: 'NoSuchBucket' } : undefined);
    await expect(prepare(plan)).rejects.toThrow('NoSuchBucket');
  });

  it('uploads what the release before has lost', async () => {
    const first = await world.deploy(pilot, site, 1, settings);
    world.s3.objects.delete(`${SITES}/sites/${pilot}/r/${first.release}/about/index.html`);
    const plan = await world.plan(pilot, { ...site, 'index.html': 'two' }, settings);
    expect(await prepare(plan)).toMatchObject({ facts: { uploaded: 2, copied: 2 } });
    expect(world.stored(`sites/${pilot}/r/${plan.release}/about/index.html`)).toBe('about');
  });

  it('stores large files as they come', async () => {
    const noise = Array.from({ length: 2e5 }, (_, i) => `${(i * 7919) % 99991} `).join('');
    const plan = await world.plan(pilot, { 'index.html': 'one', 'large.txt': noise.repeat(2), 'small.txt': 'small' });
    expect(await prepare(plan)).toMatchObject({ outcome: 'done' });
    expect(world.stored(`sites/${pilot}/r/${plan.release}/large.txt`)).toBe(noise.repeat(2));
    expect(world.stored(`sites/${pilot}/r/${plan.release}/small.txt`)).toBe('small');
  });

  it('says what is missing of a release that lost a file', async () => {
    const plan = await world.deploy(pilot, site, 1, settings);
    world.s3.objects.delete(`${SITES}/sites/${pilot}/r/${plan.release}/index.html`);
    expect(await staticTarget.look(plan)).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('index.html'),
    });
  });
});

describe('the shared area', () => {
  it('refuses a name whose content would change, before anything is stored', async () => {
    await world.deploy(pilot, site, 1);
    const plan = await world.plan(pilot, { ...site, 'assets/app-DiwrgTda.js': 'other' });
    expect(await prepare(plan)).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'SHARED_CHANGED', message: expect.stringContaining('assets/app-DiwrgTda.js') }],
    });
    expect(written()).toEqual([]);
  });

  it('fails on a name that an older release took for another content', async () => {
    await world.deploy(pilot, site, 1);
    await world.deploy(pilot, { 'index.html': 'two' }, 2);
    const plan = await world.plan(pilot, { ...site, 'assets/app-DiwrgTda.js': 'other' });
    expect(await prepare(plan)).toMatchObject({
      outcome: 'failed',
      code: 'SHARED_CHANGED',
      reason: expect.stringContaining('assets/app-DiwrgTda.js'),
    });
    expect(world.stored(`sites/${pilot}/shared/assets/app-DiwrgTda.js`)).toBe('app');
    expect(await staticTarget.look(plan)).toMatchObject({ state: 'waiting' });
  });

  it('takes what an older release left there', async () => {
    await world.deploy(pilot, site, 1);
    await world.deploy(pilot, { 'index.html': 'two' }, 2);
    const plan = await world.plan(pilot, { ...site, 'index.html': 'three' });
    expect(await prepare(plan)).toMatchObject({ outcome: 'done' });
  });

  it('keeps everything when releases are removed', async () => {
    const first = await world.deploy(pilot, site, 1);
    const second = await world.deploy(pilot, { 'index.html': 'two' }, 2);
    await staticTarget.retire(second, [first.release], lease());
    for (const path of Object.keys(HASHED)) expect(world.stored(`sites/${pilot}/shared/${path}`)).toBeDefined();
    expect(world.stored(`sites/${pilot}/r/${first.release}/index.html`)).toBeUndefined();
  });
});

describe('an artifact that turns out wrong', () => {
  const prepareZip = async (zip: Buffer) => {
    const plan = await staticTarget.plan(world.request(pilot, zip));
    if ('outcome' in plan) throw new Error(JSON.stringify(plan));
    return { plan, outcome: await prepare(plan) };
  };

  it.each<[what: string, zip: Buffer]>([
    ['has another content than its directory tells', rawZip([{ name: 'index.html', crc: 1 }])],
    ['is longer than its directory tells', rawZip([{ name: 'index.html', content: 'longer', size: 5 }])],
    ['is shorter than its directory tells', rawZip([{ name: 'index.html', content: 'short', size: 6 }])],
    [
      'is no deflate stream',
      rawZip(
        [{ name: 'index.html', content: Buffer.alloc(9, 255), method: 8 }].map((entry) => ({ ...entry, packed: 3 })),
      ),
    ],
    [
      'is large and damaged',
      rawZip([{ name: 'index.html', content: Buffer.alloc(2e6, 'abcdefghijk'), method: 0, crc: 1 }]),
    ],
  ])('is refused and never becomes ready: it %s', async (_, zip) => {
    const { plan, outcome } = await prepareZip(zip);
    expect(outcome).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'ARTIFACT_CORRUPT', message: expect.stringContaining('index.html') }],
    });
    expect(await staticTarget.look(plan)).toMatchObject({ state: 'waiting' });
  });

  it.each(['replaced', 'removed'])('fails when it was %s since it was judged', async (what) => {
    const plan = await world.plan(pilot, site);
    const key = [...world.s3.objects.keys()].find((name) => name.startsWith(`${UPLOADS}/pilots/${pilot}/`)) ?? '';
    if (what === 'removed') world.s3.objects.delete(key);
    else world.s3.put(key, rawZip([{ name: 'index.html' }]));
    expect(await prepare(plan)).toMatchObject({ outcome: 'failed', code: 'ARTIFACT_GONE' });
  });
});
