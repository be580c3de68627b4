import { canonicalJson } from '../../shared/manifest/digest.ts';
import { loadManifest } from '../../shared/manifest/load.ts';
import { manifestSchema } from '../../shared/manifest/schema.ts';
import { shapeOf } from '../../shared/manifest/shape.ts';
import { FUNCTION, SERVICE } from './bad-sections.ts';
import { encode, FULL, load, resolved, SMALLEST, STATIC } from './samples.ts';

describe('a valid manifest', () => {
  it('is complete: every default is filled in', () => {
    expect(resolved(SMALLEST)).toStrictEqual({
      apiVersion: 'pilotage/v1',
      name: 'acme-site',
      target: 'static',
      source: { artifact: 'site.zip' },
      static: { index: 'index.html', cleanUrls: 'directory', immutable: 'auto' },
      rollout: { steps: [100], bake: 0 },
      retention: { releases: 5, days: 30 },
      notifications: { level: 'all' },
      approval: 'none',
      traffic: 'normal',
    });
  });

  it.each([
    ['a function URL where there is no domain', '', 'url', undefined],
    ['an HTTP API where there is one', 'domain: {name: a.example.com}\n', 'http-api', undefined],
    [
      'a load balancer where it says so, which lets CloudFront in as that of a server does',
      'domain: {name: a.example.com}\nlambda: {front: load-balancer}\n',
      'load-balancer',
      'vpc-origin',
    ],
  ])('gives a function %s', (_what, more, front, mode) => {
    const manifest = resolved(`${FUNCTION}${more}`);
    expect([manifest?.lambda?.front, manifest?.edge?.mode]).toEqual([front, mode]);
  });

  it('keeps what it says, durations in seconds', () => {
    expect(resolved(STATIC)).toStrictEqual({
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
      approval: 'none',
      traffic: 'normal',
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
    for (const environment of ['production', 'staging', 'ci'])
      expect(resolved(text, environment)).toStrictEqual(resolved(FULL, environment));
    expect(canonicalJson(resolved(text))).toBe(canonicalJson(resolved(FULL)));
  });

  it.each([undefined, 2, '\t'])('is the same as JSON, indented by %j', (indent) => {
    const written = { ...resolved(STATIC), rollout: { steps: [10, 50, 100], bake: '5m' } };
    expect(resolved(JSON.stringify(written, null, indent))).toStrictEqual(resolved(STATIC));
  });

  it('reads digits as text where text belongs', () => {
    const commit = (text: string) =>
      resolved(SMALLEST.replace('site.zip', `site.zip\n  commit: ${text}`))?.source.commit;
    expect(commit('12e4567')).toBe('12e4567');
    expect(commit('012345678901')).toBe('012345678901');
    expect(commit('0x12345')).toBeUndefined();
    expect(resolved(`${SMALLEST}owner: 012345678901\n`)?.owner).toBe('012345678901');
    expect(resolved(`${SMALLEST}account: 012345678901\n`)?.account).toBe('012345678901');
    expect(resolved(`${SMALLEST}owner: true\n`)?.owner).toBe('true');
  });

  it('reads the version of a schema as it is written, and says nothing of one where there is none', () => {
    const version = (text: string) => resolved(FULL.replace('version: "0042"', text))?.migrations?.version;
    expect(['version: 0042', 'version: 1.10', 'version: 12e4567'].map(version)).toEqual(['0042', '1.10', '12e4567']);
    const none = 'database: {}\nmigrations: {command: [db, up], reversible: true}\n';
    const service = 'apiVersion: pilotage/v1\nname: a\ntarget: ecs\nsource: {image: "a/b:1"}\n';
    expect(Object.keys(resolved(service + none)?.migrations ?? {}).sort()).toEqual([
      'command',
      'reversible',
      'snapshot',
      'timeout',
    ]);
  });

  it.each([
    ['0s', 0],
    ['90s', 90],
    ['1440m', 86_400],
    ['24h', 86_400],
  ])('may bake for %s', (text, seconds) => {
    expect(resolved(`${SMALLEST}rollout: {bake: ${text}}\n`)?.rollout.bake).toBe(seconds);
  });

  it.each(['a', 'a1', 'acme-site-2', 'a'.repeat(32)])('may be named %s', (name) => {
    expect(resolved(SMALLEST.replace('acme-site', name))?.name).toBe(name);
  });

  it('may have 64 KiB, not one byte more', () => {
    const room = 64 * 1024 - encode(SMALLEST).length;
    expect(load(`${SMALLEST}${'#'.repeat(room)}`).ok).toBe(true);
    expect(load(`${SMALLEST}${'#'.repeat(room + 1)}`).ok).toBe(false);
  });

  it('is read from a view into a larger buffer', () => {
    const bytes = encode(`xx${SMALLEST}xx`);
    expect(loadManifest(bytes.subarray(2, -2), 'pilot.yaml')).toMatchObject({ manifest: resolved(SMALLEST) });
  });

  it('keeps free values as they were written: a number only where it would be written alike', () => {
    const values = (lines: string) =>
      resolved(`${FULL.replace(/config:\n(?: .*\n)+/, '')}config: {values: {${lines}}}\n`)?.config?.values;
    expect(values('port: 8080, quoted: "8080", half: 0.5, less: -1')).toEqual({
      port: 8080,
      quoted: '8080',
      half: 0.5,
      less: -1,
    });
    expect(values('version: 1.0, commit: 12e4567, octal: 0123, hex: 0x10, long: 12345678901234567890')).toEqual({
      version: '1.0',
      commit: '12e4567',
      octal: '0123',
      hex: '0x10',
      long: '12345678901234567890',
    });
    expect(values('on: true, off: false, said: "true", yes: yes, none: null, tilde: ~')).toEqual({
      on: true,
      off: false,
      said: 'true',
      yes: 'yes',
      none: null,
      tilde: null,
    });
    expect(values('deep: {list: [1, {a: [true, x]}], empty: {}, nothing: []}')).toEqual({
      deep: { list: [1, { a: [true, 'x'] }], empty: {}, nothing: [] },
    });
  });

  it.each(['cpu: 256, memory: 2048', 'cpu: 8192, memory: 61440', 'cpu: 256, memory: 2500, launch: ec2'])(
    'may have tasks with %s',
    (task) => {
      expect(load(`${SERVICE}ecs: {${task}}\n`)).toMatchObject({ ok: true });
    },
  );

  it('is written in every section by the sample, those of other targets and its previews apart', () => {
    const others = ['static', 'ec2', 'beanstalk', 'lambda', 'previews'];
    const { keys } = shapeOf(manifestSchema);
    expect(Object.keys(resolved(FULL) ?? {}).sort()).toEqual(
      [...(keys?.keys() ?? [])].filter((key) => !others.includes(key)).sort(),
    );
  });
});
