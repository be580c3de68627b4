import { execFileSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { parse } from 'yaml';
import { quotedValue } from '../../shared/configuration/env-text.ts';
import { settingsFile } from '../../shared/configuration/render.ts';

const textOf = (file: string, values: Record<string, unknown>): string => settingsFile({ file, values })?.text ?? '';

/** What a manifest can say: text without what cannot be seen, numbers, true and false, null, lists, sections. */
const text = fc
  .string({ unit: 'grapheme' })
  .map((one) => one.replace(/(?!\n)\p{Cc}|\p{Cs}|[\u2028\u2029\ufeff]/gu, ''));
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0 || 0);
const tricky = fc.constantFrom(
  'yes',
  'no',
  'on',
  '~',
  '012',
  '0o17',
  '1_000',
  '12e03',
  '1:30',
  '2026-01-01',
  '=',
  '<<',
  '# x',
  '- x',
  '.inf',
);
const key = fc.oneof(
  fc
    .stringMatching(/^[A-Za-z_][\w.-]{0,10}$/)
    .filter((one) => !['__proto__', 'constructor', 'prototype'].includes(one)),
  fc.constantFrom('y', 'no', 'null', 'on'),
);
const { section } = fc.letrec<{ section: Record<string, unknown>; value: unknown }>((tie) => ({
  section: fc.dictionary(key, tie('value'), { noNullPrototype: true, maxKeys: 6 }),
  value: fc.oneof(
    { maxDepth: 4 },
    ...[text, tricky, number, fc.integer(), fc.boolean(), fc.constant(null)],
    fc.array(tie('value'), { maxLength: 4 }),
    tie('section'),
  ),
}));

/** The same settings, written in another order. */
const turned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, turned(inner)]),
  );
};

describe('a file of settings', () => {
  it('as JSON says what the manifest says', () => {
    fc.assert(fc.property(section, (values) => expect(JSON.parse(textOf('a.json', values))).toEqual(values)));
  });

  it('as YAML says what some readers take for numbers', () => {
    const values = { E6: 'e7', inner: { e1: ['E+5', '.', '-.', '+', '-', 1e21] } };
    for (const version of ['1.1', '1.2'] as const) expect(parse(textOf('a.yaml', values), { version })).toEqual(values);
  });

  it.each(['a.yaml', 'a.yml'])('as YAML says it to every reader: %s', (file) => {
    fc.assert(
      fc.property(section, (values) => {
        const yaml = textOf(file, values);
        expect(load(yaml)).toEqual(values);
        for (const version of ['1.1', '1.2'] as const) expect(parse(yaml, { version })).toEqual(values);
      }),
    );
  });

  it.each(['a.json', 'a.yaml', 'a.env'])('is the same whatever order it was written in: %s', (file) => {
    fc.assert(
      fc.property(section, (values) => {
        expect(textOf(file, turned(values) as Record<string, unknown>)).toBe(textOf(file, values));
      }),
    );
  });

  it('is none where settings are variables', () => {
    expect(settingsFile({ values: { A: 1 } })).toBeUndefined();
    expect(settingsFile(undefined)).toBeUndefined();
  });

  it('without values is an empty one', () => {
    expect(['a.json', 'a.yaml', 'a.env'].map((file) => textOf(file, {}))).toEqual(['{}\n', '{}\n', '']);
  });
});

describe('a file of variables', () => {
  const variables = fc.dictionary(fc.stringMatching(/^V[A-Z0-9_]{0,8}$/), fc.oneof(text, tricky), {
    noNullPrototype: true,
    maxKeys: 6,
  });
  const quotable = variables.map((values) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => quotedValue(value) !== undefined)),
  );

  it('is read by Node as it was meant', () => {
    fc.assert(fc.property(quotable, (values) => expect({ ...parseEnv(textOf('a.env', values)) }).toEqual(values)));
  });

  it('is read by a shell as it was meant', () => {
    fc.assert(
      fc.property(quotable, (values) => {
        const names = Object.keys(values);
        const told = names.map((name) => `printf '%s\\0' "$${name}"`).join('\n');
        const said = execFileSync('bash', ['-c', `${textOf('a.env', values)}\n${told}`], { encoding: 'utf8' });
        expect(said.split('\0').slice(0, -1)).toEqual(Object.values(values));
      }),
      { numRuns: 30 },
    );
  });

  it('holds what is no text as JSON, and all in order', () => {
    expect(textOf('a.env', { B: [1, 'x'], A: true, C: "it's", D: '', E: 'https://example.com/?a=1&b' })).toBe(
      `A=true\nB='[1,"x"]'\nC="it's"\nD=''\nE='https://example.com/?a=1&b'\n`,
    );
  });

  it('has no way to say what readers would read differently', () => {
    for (const value of [`it's $5`, `it's "5"`, "it's \\n", "it's `"]) expect(quotedValue(value)).toBeUndefined();
  });
});
