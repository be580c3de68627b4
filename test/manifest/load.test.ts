import { type Loaded, loadManifest } from '../../shared/manifest/load.ts';
import { encode, FULL, load, SMALLEST } from './samples.ts';

const manifestOf = (loaded: Loaded) => (loaded.ok ? loaded.manifest : undefined);

describe('a valid manifest', () => {
  it('is complete: every default is filled in', () => {
    expect(load(SMALLEST)).toStrictEqual({
      ok: true,
      manifest: {
        apiVersion: 'pilotage/v1',
        name: 'acme-site',
        target: 'static',
        source: { artifact: 'site.zip' },
        static: { index: 'index.html', cleanUrls: 'directory', immutable: 'auto' },
        rollout: { steps: [100], bake: 0 },
        retention: { releases: 5, days: 30 },
        notifications: { level: 'all' },
      },
    });
  });

  it('keeps what it says, durations in seconds', () => {
    expect(load(FULL)).toStrictEqual({
      ok: true,
      manifest: {
        apiVersion: 'pilotage/v1',
        name: 'acme-site',
        target: 'static',
        owner: 'web@example.com',
        source: { artifact: 'site.zip', commit: '12e4567' },
        static: {
          index: 'home.html',
          notFound: 'errors/404.html',
          cleanUrls: 'html',
          immutable: ['assets/', 'static/js/'],
        },
        rollout: { steps: [10, 50, 100], bake: 300 },
        retention: { releases: 3, days: 90 },
        notifications: { level: 'failures' },
      },
    });
  });

  it.each([
    ['with a byte order mark', `\ufeff${FULL}`],
    ['with CRLF', FULL.replaceAll('\n', '\r\n')],
    ['with both', `\ufeff${FULL.replaceAll('\n', '\r\n')}`],
    ['with CR alone', FULL.replaceAll('\n', '\r')],
    ['without its last line end', FULL.trimEnd()],
    ['between document marks', `---\n${FULL}...\n`],
    ['with comments', FULL.replaceAll('\n', ' # why\n')],
  ])('is the same %s', (_, text) => {
    expect(load(text)).toStrictEqual(load(FULL));
  });

  it.each([undefined, 2, '\t'])('is the same as JSON, indented by %j', (indent) => {
    const written = { ...manifestOf(load(FULL)), rollout: { steps: [10, 50, 100], bake: '5m' } };
    expect(load(JSON.stringify(written, null, indent))).toStrictEqual(load(FULL));
  });

  it('reads digits as text where text belongs', () => {
    const commit = (text: string) =>
      manifestOf(load(SMALLEST.replace('site.zip', `site.zip\n  commit: ${text}`)))?.source.commit;
    expect(commit('12e4567')).toBe('12e4567');
    expect(commit('012345678901')).toBe('012345678901');
    expect(commit('0x12345')).toBeUndefined();
    expect(manifestOf(load(`${SMALLEST}owner: 012345678901\n`))?.owner).toBe('012345678901');
    expect(manifestOf(load(`${SMALLEST}owner: true\n`))?.owner).toBe('true');
  });

  it.each([
    ['0s', 0],
    ['90s', 90],
    ['1440m', 86_400],
    ['24h', 86_400],
  ])('may bake for %s', (text, seconds) => {
    expect(manifestOf(load(`${SMALLEST}rollout: {bake: ${text}}\n`))?.rollout.bake).toBe(seconds);
  });

  it.each(['a', 'a1', 'acme-site-2', 'a'.repeat(32)])('may be named %s', (name) => {
    expect(manifestOf(load(SMALLEST.replace('acme-site', name)))?.name).toBe(name);
  });

  it('may have 64 KiB, not one byte more', () => {
    const room = 64 * 1024 - encode(SMALLEST).length;
    expect(load(`${SMALLEST}${'#'.repeat(room)}`).ok).toBe(true);
    expect(load(`${SMALLEST}${'#'.repeat(room + 1)}`).ok).toBe(false);
  });

  it('is read from a view into a larger buffer', () => {
    const bytes = encode(`xx${SMALLEST}xx`);
    expect(loadManifest(bytes.subarray(2, -2), 'pilot.yaml')).toStrictEqual(load(SMALLEST));
  });
});
