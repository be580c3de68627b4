import { arm, edgeWith, inShort } from './ask.ts';

const VIEWERS = 5_000;
const viewer = (i: number) => ({ ip: `10.${i >> 8}.${i & 255}.1`, agent: `Browser/${i % 3}` });

const withWeight = (weight: number) =>
  edgeWith({ acme: { fence: 1, live: arm('blue'), next: { ...arm('green'), weight } } });

async function greens(ask: ReturnType<typeof edgeWith>): Promise<Set<number>> {
  const found = new Set<number>();
  for (let i = 0; i < VIEWERS; i++) {
    if (inShort(await ask('/', viewer(i))).includes('/green/')) found.add(i);
  }
  return found;
}

test.each([1, 10, 25, 50, 90])(
  'at %d percent, that share of 5,000 viewers gets the next release, within 3',
  async (weight) => {
    const share = ((await greens(withWeight(weight))).size / VIEWERS) * 100;
    expect(Math.abs(share - weight)).toBeLessThan(3);
  },
);

test('a viewer gets the same release on every page, and again an hour later', async () => {
  const ask = withWeight(50);
  expect(await greens(ask)).toEqual(await greens(ask));
  for (let i = 0; i < 200; i++) {
    const paths = await Promise.all(['/', '/about/', '/robots.txt'].map((uri) => ask(uri, viewer(i))));
    expect(new Set(paths.map((one) => inShort(one).split('/')[4])).size).toBe(1);
  }
});

test('whoever has the next release keeps it while its share grows', async () => {
  const few = await greens(withWeight(10));
  const more = await greens(withWeight(50));
  expect([...few].filter((one) => !more.has(one))).toEqual([]);
});

test("each arm has its own rules: the next release's prefixes count for its viewers", async () => {
  const ask = edgeWith({
    acme: { fence: 1, live: arm('blue', { immutable: [] }), next: { ...arm('green'), weight: 50 } },
  });
  const seen = new Set<string>();
  for (let i = 0; i < 50; i++) seen.add(inShort(await ask('/assets/a.css', viewer(i))));
  expect(seen).toEqual(new Set(['/sites/acme/r/blue/assets/a.css', '/sites/acme/shared/assets/a.css']));
});

test('a viewer without a user agent, or with an endless one, is served', async () => {
  const ask = withWeight(50);
  expect(inShort(await ask('/', { agent: '' }))).toMatch(/blue|green/);
  expect(inShort(await ask('/', { agent: 'x'.repeat(8_000) }))).toMatch(/blue|green/);
});
