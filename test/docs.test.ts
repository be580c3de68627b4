import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_CODES, UPLOAD_CODES } from '../shared/manifest/codes.ts';
import { loadManifest } from '../shared/manifest/load.ts';
import { manifestSchema } from '../shared/manifest/schema.ts';
import { type Shape, shapeAt, shapeOf } from '../shared/manifest/shape.ts';

const page = readFileSync(join(__dirname, '../docs/manifest.md'), 'utf8');
const load = (text: string) => loadManifest(Buffer.from(text), 'pilot.yaml');
const shape = shapeOf(manifestSchema);

const cells = [...page.matchAll(/^\| `.*$/gm)].map(([row]) => row.split('|').map((cell) => cell.trim()));
const plain = (cell = ''): string => cell.replaceAll('`', '');
const keys = cells
  .filter((row) => row.length === 7)
  .map(([, key, , allowed, byDefault, required]) => ({
    key: plain(key),
    allowed: plain(allowed),
    byDefault: plain(byDefault),
    required: plain(required),
  }));
const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text ?? '');
const smallest = examples[0] ?? '';

function keysOf({ keys: known }: Shape, before = ''): string[] {
  return [...(known ?? [])].flatMap(([key, inner]) => [before + key, ...keysOf(inner, `${before}${key}.`)]);
}

function withKey(path: string, value: string): string {
  const [section, key] = path.split('.');
  return `${smallest}${key ? `${section}: {${key}: ${value}}` : `${section}: ${value}`}\n`;
}

describe('the reference of the manifest', () => {
  it('has a row for every key, and no other', () => {
    expect(keys.map(({ key }) => key)).toEqual(keysOf(shape));
  });

  it.each(keys)('tells whether $key is required', ({ key, required }) => {
    expect(required).toBe(shapeAt(shape, key.split('.'))?.optional ? 'no' : 'yes');
  });

  it.each(keys)('tells what $key may be, in the words of a refusal', ({ key, allowed }) => {
    const wrong = shapeAt(shape, key.split('.'))?.keys ? '[]' : '{}';
    const tree: Record<string, unknown> = {};
    const [section = '', inner] = key.split('.');
    tree[section] = inner ? { [inner]: JSON.parse(wrong) } : JSON.parse(wrong);
    const loaded = load(JSON.stringify(tree));
    expect(loaded.ok ? [] : loaded.problems.filter(({ place }) => place?.path === key)).toMatchObject([
      { expected: allowed },
    ]);
  });

  it.each(keys)('states the default of $key', ({ key, byDefault }) => {
    const loaded = load(smallest);
    if (!loaded.ok) throw new Error('the smallest manifest is not valid');
    const given = key.split('.').reduce<unknown>((at, part) => Reflect.get(Object(at), part), loaded.manifest);
    const isSection = shapeAt(shape, key.split('.'))?.keys !== undefined;
    const isOptional = shapeAt(shape, key.split('.'))?.optional === true;
    expect(byDefault !== '—').toBe(isOptional && !isSection && given !== undefined);
    if (byDefault !== '—') expect(load(withKey(key, byDefault))).toEqual(loaded);
  });

  it.each(examples)('shows a manifest that is valid: %#', (text) => {
    expect(load(text).ok).toBe(true);
  });

  it('lists every code with its meaning', () => {
    const listed = cells.filter((row) => row.length === 4).map(([, code, meaning]) => [plain(code), meaning]);
    expect(listed).toEqual(Object.entries({ ...MANIFEST_CODES, ...UPLOAD_CODES }));
  });
});
