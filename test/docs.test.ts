import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { generated } from '../build/docs.ts';
import lines from '../cli/explain/example-lines.json' with { type: 'json' };
import { MANIFEST_CODES, UPLOAD_CODES } from '../shared/manifest/codes.ts';
import { FIXED } from '../shared/manifest/environments.ts';
import { jsonSchema } from '../shared/manifest/json-schema.ts';
import { loadManifest } from '../shared/manifest/load.ts';
import { readOperator } from '../shared/manifest/operator.ts';
import { manifestSchema } from '../shared/manifest/schema.ts';
import { type Shape, shapeOf } from '../shared/manifest/shape.ts';

const read = (name: string) => readFileSync(join(__dirname, '..', name), 'utf8');
const page = read('docs/manifest.md');
const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? '');

const { allOf: _, required: __, ...anySections } = jsonSchema();
const isTaken = new Ajv2020({ strict: false, allErrors: true }).compile(anySections);

/** Every key there is, as the page's tables name it below the section's heading. */
function keysOf({ keys, entry, item }: Shape, before = ''): string[] {
  return [
    ...[...(keys ?? [])].flatMap(([key, inner]) => [before + key, ...keysOf(inner, `${before}${key}.`)]),
    ...(entry?.keys ? keysOf(entry, `${before}<name>.`) : []),
    ...(item?.keys ? keysOf(item, `${before.slice(0, -1)}[].`) : []),
  ];
}

describe('what is written by the schema', () => {
  it.each(Object.entries(generated(join(__dirname, '..'))))('%s is up to date: node build.ts docs', (file, text) => {
    expect(read(file)).toBe(text);
  });

  it.each(Object.entries(lines))('the line that shows %s is taken', (path, line) => {
    const [key = ''] = path.split('.');
    const set = load(line) as Record<string, unknown>;
    expect(Object.keys(set)).toEqual([key]);
    if (FIXED.includes(key)) return;
    isTaken(set);
    // A part of an entry, of which the rest is missing.
    const others = (isTaken.errors ?? []).filter(({ keyword }) => !path.includes('[]') || keyword === 'pattern');
    expect(others).toEqual([]);
  });

  it('has a row for every key', () => {
    const [top = '', ...sections] = page.split('\n### ');
    const rowsIn = (text: string) => [...text.matchAll(/^\| `([\w.<>[\]]+)`/gm)].map(([, key]) => key);
    const named = sections.flatMap((text) => rowsIn(text).map((key) => `${text.split('\n')[0]}.${key}`));
    const told = new Set([...rowsIn(top.slice(top.indexOf('## Keys'))), ...named]);
    expect(keysOf(shapeOf(manifestSchema)).filter((key) => !told.has(key))).toEqual([]);
  });

  it('has a meaning for every key', () => {
    expect(page).not.toMatch(/^\| `[^|]*`\s*\|\s*\|/m);
  });

  it('lists every code', () => {
    for (const code of Object.keys({ ...MANIFEST_CODES, ...UPLOAD_CODES })) expect(page).toContain(`\`${code}\``);
  });
});

describe('the reference of the manifest', () => {
  it('begins with a manifest of four lines', () => {
    expect(examples[0]?.trim().split('\n')).toHaveLength(4);
  });

  it.each(examples)('shows manifests that are valid: %#', (text) => {
    expect(loadManifest(Buffer.from(text), 'pilot.yaml')).toMatchObject({ ok: true });
  });

  it('shows an operator’s file that is valid', () => {
    const [, text = ''] = /```yaml operator\n(.*?)```/s.exec(page) ?? [];
    expect(readOperator(Buffer.from(text), 'operator.yaml')).toMatchObject({ ok: true });
  });
});
