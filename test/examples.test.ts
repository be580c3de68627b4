import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describeManifest } from '../shared/manifest/describe.ts';
import { jsonSchema } from '../shared/manifest/json-schema.ts';
import { loadManifest } from '../shared/manifest/load.ts';
import { TARGETS } from '../shared/manifest/sections/index.ts';

const root = join(__dirname, '..');
const examples = globSync('examples/**/*.{yaml,yml}', { cwd: root })
  .sort()
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

const read = (text: string, environment?: string) => loadManifest(Buffer.from(text), 'pilot.yaml', environment);
const isValidForEditors = new Ajv2020({ strict: false }).compile(jsonSchema());

describe.each(examples)('$file', ({ file, text }) => {
  it('is valid in each of its environments', () => {
    const loaded = read(text);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    for (const environment of loaded.environments) expect(read(text, environment)).toMatchObject({ ok: true });
  });

  it('leads editors to the schema, by which it is valid too', () => {
    const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    expect(existsSync(join(root, dirname(file), schema))).toBe(true);
    isValidForEditors(load(text));
    expect(isValidForEditors.errors ?? []).toEqual([]);
  });

  it('is refused with a place once a key in it is misspelt, or a value of the wrong kind', () => {
    const lines = text.split('\n');
    const line = lines.findIndex((written) => written.startsWith('source:')) + 1;
    const misspelt = read(text.replace('\nsource:', '\nsoruce:'));
    expect(misspelt).toMatchObject({
      ok: false,
      problems: expect.arrayContaining([
        expect.objectContaining({
          code: 'MANIFEST_UNKNOWN_KEY',
          place: expect.objectContaining({ line, column: 1 }),
          hint: 'did you mean source?',
        }),
      ]),
    });
    const wrong = read(text.replace(/\nname: .*/, '\nname: [1]'));
    expect(wrong).toMatchObject({ ok: false, problems: [{ code: 'MANIFEST_TYPE', place: { path: 'name' } }] });
  });
});

describe('the examples', () => {
  it('have one for each target', () => {
    const targets = examples.flatMap(({ text }) => /^target: (\w+)$/m.exec(text)?.[1] ?? []);
    expect(new Set(targets)).toEqual(new Set(TARGETS));
    for (const target of TARGETS) expect(existsSync(join(root, 'examples', target))).toBe(true);
  });

  it.each(describeManifest().filter(({ keys, path }) => keys.length > 0 || path === 'environments'))(
    'show every key of $path',
    ({ path, keys }) => {
      const shown = examples.filter(({ text }) => new RegExp(`^${path}:`, 'm').test(text)).map(({ text }) => text);
      expect(shown.length).toBeGreaterThan(0);
      for (const key of keys.filter(({ path: inner }) => !inner.endsWith('<name>')))
        expect([key.path, shown.some((text) => new RegExp(`\\b${lastPart(key.path)}:`).test(text))]).toEqual([
          key.path,
          true,
        ]);
    },
  );
});

const lastPart = (path: string): string => path.split('.').at(-1) ?? '';
