import { transformSync } from 'esbuild';
import { METHODS, STATICS } from '../../local/edge/runtime-features.ts';
import { SITE_DOMAIN_LINE } from '../../local/edge/server.ts';
import { MAINTENANCE } from '../../shared/maintenance.ts';
import { SOURCE } from './ask.ts';

/**
 * The syntax beyond ES 5.1 that "JavaScript runtime 2.0 features for CloudFront
 * Functions" names: const, let, async, await, template literals, arrow
 * functions, rest parameters, **, named capture groups. Property shorthands,
 * destructuring, spread, defaults, classes, for-of, ?. and ?? are not named.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
const DOCUMENTED_SYNTAX = {
  'const-and-let': true,
  'async-await': true,
  'template-literal': true,
  arrow: true,
  'rest-argument': true,
  'exponent-operator': true,
  'regexp-named-capture-groups': true,
};

/** Names that are the code's own or CloudFront's: event fields, the pointer's letters, its own objects. */
const OWN_NAMES = ['request', 'viewer', 'ip', 'uri', 'headers', 'host', 'value', 'rawQueryString', 'length'];
const HELPERS = ['kvs', 'get', 'exists'];
const POINTER_LETTERS = ['n', 'l', 'r', 'i', 'c', 'x', 'w', 'p'];
const MATH = ['imul'];

const lowered = (code: string) =>
  transformSync(code, { target: 'es5', supported: DOCUMENTED_SYNTAX, format: 'esm' }).code;
/** esbuild writes shorthands where it may; they are looked for on their own. */
const untouched = (code: string) =>
  transformSync(code, { target: 'esnext', supported: { 'object-extensions': false }, format: 'esm' }).code;

/** The code without comments, strings and regular expressions. */
const bare = SOURCE.replace(/^\s*\/\/.*$/gm, '')
  .replace(/'(?:\\.|[^'\\\n])*'/g, "''")
  .replace(/([(=,&]\s*|return )\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+\/[a-z]*/g, '$1RE');

test('the stack finds the line that it replaces: the first, and only there', () => {
  expect(SOURCE.startsWith("import cf from 'cloudfront';\n")).toBe(true);
  expect(SOURCE.split(SITE_DOMAIN_LINE)).toHaveLength(2);
});

test('the function is at most 10 KB, as CloudFront demands', () => {
  expect(Buffer.byteLength(SOURCE)).toBeLessThanOrEqual(10 * 1024);
});

test('it holds nothing that CloudFormation or osls would take for a variable', () => {
  expect(SOURCE).not.toContain('${');
  expect(SOURCE).not.toContain('{{');
});

test('its usual page is that of all pilots', () => {
  expect(SOURCE).toContain(`'${MAINTENANCE}'`);
});

test('it is plain ASCII', () => {
  expect(SOURCE).toMatch(/^[\n -~]*$/);
});

test('it uses no syntax beyond what the runtime documents', () => {
  expect(lowered(SOURCE)).toBe(untouched(SOURCE));
  expect(bare).not.toMatch(/\.\.\.|[{,]\s*\w+\s*\}|\{\s*\w+\s*,/);
});

test.each(['let { a } = b;', 'for (const a of b) c(a);', 'a ?? b;', 'a?.b;', 'class A {}', 'f((a = 1) => a);'])(
  'that check notices %s',
  (code) => {
    const check = () => expect(lowered(code)).toBe(untouched(code));
    expect(check).toThrow();
  },
);

test('it uses no method that the runtime does not document', () => {
  const known = new Set(
    [Object.values(METHODS), Object.values(STATICS), OWN_NAMES, HELPERS, POINTER_LETTERS, MATH].flat(2),
  );
  const used = [...bare.matchAll(/\.([A-Za-z_]\w*)/g)].map(([, name]) => name ?? '');
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});

test('it imports nothing but the cloudfront module, and builds no code from text', () => {
  expect(SOURCE.match(/\bimport\b.*/g)).toEqual(["import cf from 'cloudfront';"]);
  expect(bare).not.toMatch(/\b(eval|Function|require|process|setTimeout|setImmediate|fetch|XMLHttpRequest)\b/);
});

test('async functions stand at the top level: the runtime has no async closures', () => {
  const all = bare.match(/\basync\b/g) ?? [];
  expect(all).toHaveLength(bare.match(/^async function \w+\(/gm)?.length ?? 0);
});
