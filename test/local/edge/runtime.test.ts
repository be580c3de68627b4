import { loadFunction } from '../../../local/edge/runtime.ts';

const empty = { get: async () => undefined };
const event = {
  version: '1.0',
  context: { eventType: 'viewer-request', requestId: 'test' },
  viewer: { ip: '198.51.100.7' },
  request: { method: 'GET', uri: '/', querystring: {}, headers: {}, cookies: {}, rawQueryString: () => undefined },
} as const;

/** What an expression is worth inside the runtime. */
async function evaluate(expression: string, kvs: Parameters<typeof loadFunction>[1] = empty): Promise<unknown> {
  const code = `import cf from 'cloudfront';\nasync function handler() { return { statusCode: ${expression} }; }`;
  const result = await loadFunction(code, kvs)({ ...event });
  return 'statusCode' in result ? result.statusCode : undefined;
}

test.each([
  ...['require', 'process', 'Buffer', 'setTimeout', 'setImmediate', 'fetch', 'URL', 'Map', 'Set', 'Proxy', 'Reflect'],
  ...['WeakMap', 'BigInt', 'Intl', 'WebAssembly', 'structuredClone', 'queueMicrotask', 'escape'],
])('%s is not there', async (name) => {
  expect(await evaluate(`typeof ${name}`)).toBe('undefined');
});

test.each([
  "''.charCodeAt",
  "''.at",
  "''.matchAll",
  '[].flat',
  '[].at',
  'Object.fromEntries',
  'Object.hasOwn',
  'Array.from',
  'Promise.withResolvers',
])('%s, which the runtime does not document, is not there', async (name) => {
  expect(await evaluate(`typeof ${name}`)).toBe('undefined');
});

test.each([
  ["'a+b'.replaceAll('+', '%2B')", 'a%2Bb'],
  ["[1, 2].includes(2) && 'ab'.endsWith('b') && 'ab'.codePointAt(0)", 97],
  ['Math.imul(3, 4)', 12],
  ["JSON.parse('[1]').map((n) => n + 1).join()", '2'],
  ["btoa('a')", 'YQ=='],
])('%s works', async (expression, value) => {
  expect(await evaluate(expression)).toBe(value);
});

test.each(["eval('1')", "new Function('return 1')()"])('%s is refused', async (expression) => {
  await expect(evaluate(expression)).rejects.toThrow(/Code generation from strings/);
});

test('the code runs in strict mode', async () => {
  await expect(evaluate('(undeclared = 1)')).rejects.toThrow(/undeclared/);
});

test('another import than the cloudfront module is a syntax error', () => {
  expect(() => loadFunction("import fs from 'fs';\nasync function handler() {}", empty)).toThrow(/import/);
});

test('a key is read as text or JSON; a missing one is an error, as at the edge', async () => {
  const kvs = { get: async (key: string) => (key === 'here' ? '{"a":1}' : undefined) };
  expect(await evaluate("await cf.kvs().get('here')", kvs)).toBe('{"a":1}');
  expect(await evaluate("(await cf.kvs().get('here', { format: 'json' })).a", kvs)).toBe(1);
  expect(await evaluate("[await cf.kvs().exists('here'), await cf.kvs().exists('gone')].join()", kvs)).toBe(
    'true,false',
  );
  await expect(evaluate("await cf.kvs().get('gone')", kvs)).rejects.toThrow('KeyNotFound');
});
