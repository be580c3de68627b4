import type { ManifestCode } from '../../shared/manifest/codes.ts';
import { encode, SMALLEST } from './samples.ts';

/** What is wrong, the file, and every problem it must be answered with, in this order: `line:column CODE path`. */
export interface Bad {
  what: string;
  bytes: Uint8Array;
  answers: string[];
  environment?: string;
}

type Answer = `${number}:${number} ${ManifestCode}` | `${number}:${number} ${ManifestCode} ${string}`;

export const bad = (what: string, file: string | Uint8Array, ...answers: Answer[]): Bad => ({
  what,
  bytes: typeof file === 'string' ? encode(file) : file,
  answers,
});

/** The smallest manifest with more lines; the first of them is line 6. */
const more = (lines: string): string => `${SMALLEST}${lines}\n`;
const instead = (line: string, other: string): string => SMALLEST.replace(line, other);

/** What no YAML reader, or no manifest of a static site, takes. */
export const BAD: Bad[] = [
  bad('an empty file', '', '1:1 MANIFEST_EMPTY'),
  bad('only comments', '# nothing\n\n# here\n', '1:1 MANIFEST_EMPTY'),
  bad('only a document mark', '---\n', '1:1 MANIFEST_EMPTY'),
  bad('null', 'null\n', '1:1 MANIFEST_EMPTY'),
  bad('70 KB', `${SMALLEST}${'# a comment\n'.repeat(6000)}`, '1:1 MANIFEST_TOO_LARGE'),
  bad('Latin-1', Uint8Array.from([...encode(`${SMALLEST}owner: Ren`), 0xe9, 0x0a]), '6:11 MANIFEST_NOT_UTF8'),
  bad('UTF-16', new Uint8Array(Buffer.from(`\ufeff${SMALLEST}`, 'utf16le')), '1:1 MANIFEST_NOT_UTF8'),
  bad('a file cut within a character', encode(more('owner: é')).subarray(0, -2), '6:8 MANIFEST_NOT_UTF8'),
  bad('NUL', more('owner: a\0b'), '6:9 MANIFEST_CONTROL_CHARACTER'),
  bad('an escape sequence', more('owner: \u001b[31mred'), '6:8 MANIFEST_CONTROL_CHARACTER'),
  bad('text that runs backwards', more('owner: \u202egro.elpmaxe'), '6:8 MANIFEST_CONTROL_CHARACTER'),
  bad('NUL, escaped', more('owner: "a\\u0000b"'), '6:8 MANIFEST_CONTROL_CHARACTER owner'),
  bad('half a character, escaped', more('owner: "a\\ud800b"'), '6:8 MANIFEST_CONTROL_CHARACTER owner'),
  bad('a tab as indentation', instead('  artifact', '\tartifact'), '5:1 MANIFEST_TAB'),
  bad('a tab after spaces', instead('  artifact', '  \tartifact'), '5:3 MANIFEST_TAB'),
  bad('a tab after a hyphen', 'a:\n  -\t- b\n', '2:5 MANIFEST_SYNTAX'),

  bad('5,000 nested brackets', '['.repeat(5000), '1:34 MANIFEST_TOO_DEEP'),
  bad('5,000 nested braces', '{a: '.repeat(5000), '1:130 MANIFEST_TOO_DEEP'),
  bad('nested pairs in brackets', '[a: '.repeat(20) + ']'.repeat(20), '1:65 MANIFEST_TOO_DEEP'),
  bad('sections nested by indentation', nested(40), '34:34 MANIFEST_TOO_DEEP'),
  bad('lists nested in one line', '- '.repeat(5000), '1:69 MANIFEST_TOO_DEEP'),
  bad('keys nested in one line', '? '.repeat(5000), '1:68 MANIFEST_TOO_DEEP'),
  bad('two documents', more('---\nname: other'), '6:1 MANIFEST_SEVERAL_DOCUMENTS'),
  bad('two documents, the first ended', more('...\nname: other'), '7:1 MANIFEST_SEVERAL_DOCUMENTS'),
  bad('an empty second document', more('---'), '6:1 MANIFEST_SEVERAL_DOCUMENTS'),
  bad(
    'an anchor and its alias',
    `${instead('site.zip', '&file site.zip')}owner: *file\n`,
    '5:13 MANIFEST_ALIAS source.artifact',
    '6:8 MANIFEST_ALIAS owner',
  ),
  bad('an alias of nothing', more('owner: *nobody'), '6:8 MANIFEST_ALIAS owner'),
  bad(
    'a billion laughs',
    more('a: &a [x, x]\nb: &b [*a, *a]'),
    '6:1 MANIFEST_UNKNOWN_KEY a',
    '6:4 MANIFEST_ALIAS a',
    '7:1 MANIFEST_UNKNOWN_KEY b',
    '7:4 MANIFEST_ALIAS b',
    '7:8 MANIFEST_ALIAS b[0]',
    '7:12 MANIFEST_ALIAS b[1]',
  ),
  bad('a merge key', more('<<: {owner: x}'), '6:1 MANIFEST_ALIAS'),
  bad('a tag', more('owner: !!str x'), '6:8 MANIFEST_TAG owner'),
  bad('a tag of its own', instead('site.zip', '!GetAtt site.zip'), '5:13 MANIFEST_TAG source.artifact'),
  bad('an undeclared tag', more('owner: !a!b x'), '6:12 MANIFEST_TAG'),
  bad('a key twice', more('name: other'), '6:1 MANIFEST_DUPLICATE_KEY name'),
  bad('a key twice, once in quotes', more('"name": other'), '6:1 MANIFEST_DUPLICATE_KEY name'),
  bad('a key twice, in a section', more('retention: {days: 3, days: 4}'), '6:22 MANIFEST_DUPLICATE_KEY retention.days'),
  bad(
    'twin keys, NFC and NFD',
    more('caf\u00e9: 1\ncafe\u0301: 2'),
    '6:1 MANIFEST_UNKNOWN_KEY caf\u00e9',
    '7:1 MANIFEST_DUPLICATE_KEY cafe\u0301',
  ),
  bad('__proto__', more('__proto__: {owner: x}'), '6:1 MANIFEST_FORBIDDEN_KEY __proto__'),
  bad(
    '__proto__, deep in what is free',
    more('config: {values: {a: {__proto__: {b: c}}}}'),
    '6:1 MANIFEST_MISFIT config',
    '6:23 MANIFEST_FORBIDDEN_KEY config.values.a.__proto__',
  ),
  bad('constructor', more('static:\n  constructor: x'), '7:3 MANIFEST_FORBIDDEN_KEY static.constructor'),
  bad('prototype', more('prototype: x'), '6:1 MANIFEST_FORBIDDEN_KEY prototype'),
  bad('a list as key', more('? [a, b]\n: c'), '6:3 MANIFEST_TYPE'),
  bad('no key', more(': c'), '6:1 MANIFEST_TYPE'),

  bad('an open bracket', more('owner: [a, b'), '6:12 MANIFEST_SYNTAX'),
  bad('an open quote', more('owner: "web'), '6:8 MANIFEST_SYNTAX'),
  bad('an open quote with lines after it', instead('acme-site', '"acme-site'), '2:7 MANIFEST_SYNTAX'),
  bad('an open quote in braces', more('static: {notFound: "404.html}\nowner: "x"'), '6:20 MANIFEST_SYNTAX'),
  bad('an open quote before a doubled one', `${instead('site.zip', "'it''s.zip")}owner: x\n`, '5:13 MANIFEST_SYNTAX'),
  bad('an open quote in JSON', '{\n  "name": "acme,\n  "target": "static"\n}\n', '2:11 MANIFEST_SYNTAX'),
  bad('an open brace after an apostrophe', more("# don't\nstatic: {index: a.html"), '7:22 MANIFEST_SYNTAX'),
  bad('a step above 100', more('rollout: {steps: [101]}'), '6:19 MANIFEST_VALUE rollout.steps[0]'),
  bad('an empty name', instead('acme-site', '""'), '2:7 MANIFEST_VALUE name'),
  bad('a missing colon', 'name acme\ntarget: static\n', '2:7 MANIFEST_SYNTAX'),
  bad('indentation that fits nowhere', more('retention:\n    days: 1\n  releases: 2'), '8:3 MANIFEST_SYNTAX'),
  bad('JSON with a comma missing', '{"name": "acme" "target": "static"}', '1:17 MANIFEST_SYNTAX'),
  bad('a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]), '1:1 MANIFEST_NOT_UTF8'),

  bad('a list', '[1]', '1:1 MANIFEST_TYPE'),
  bad('a sentence', 'hello\n', '1:1 MANIFEST_TYPE'),
  bad(
    'nothing required',
    '# mine\nowner: x\n',
    '2:1 MANIFEST_MISSING apiVersion',
    '2:1 MANIFEST_MISSING name',
    '2:1 MANIFEST_MISSING target',
    '2:1 MANIFEST_MISSING source',
  ),
  bad('an empty source', instead('  artifact: site.zip\n', ''), '4:1 MANIFEST_TYPE source'),
  bad(
    'a source without artifact',
    instead('artifact: site.zip', 'commit: 12e4567'),
    '4:1 MANIFEST_MISSING source.artifact',
  ),
  bad('another version', instead('pilotage/v1', 'pilotage/v2'), '1:13 MANIFEST_VALUE apiVersion'),
  bad('a name with capitals', instead('acme-site', 'Acme-Site'), '2:7 MANIFEST_VALUE name'),
  bad('a name with a Cyrillic а', instead('acme-site', '\u0430cme-site'), '2:7 MANIFEST_VALUE name'),
  bad('a name with two hyphens', instead('acme-site', 'acme--site'), '2:7 MANIFEST_VALUE name'),
  bad('a name with a hyphen at its end', instead('acme-site', 'acme-'), '2:7 MANIFEST_VALUE name'),
  bad('a name of 33 characters', instead('acme-site', 'a'.repeat(33)), '2:7 MANIFEST_VALUE name'),
  bad('a name that is a list', instead('acme-site', '[acme]'), '2:7 MANIFEST_TYPE name'),
  bad('a misspelt target', instead('target: static', 'target: statci'), '3:9 MANIFEST_VALUE target'),
  bad('a service with an artifact', `${instead('static', 'ecs')}ecs: {}\n`, '5:3 MANIFEST_MISFIT source.artifact'),
  bad(
    'a misspelt key',
    instead('target:', 'tragte:'),
    '1:1 MANIFEST_MISSING target',
    '3:1 MANIFEST_UNKNOWN_KEY tragte',
  ),
  bad('a target from elsewhere', instead('static', 'fargate'), '3:9 MANIFEST_VALUE target'),
  bad('twins that look the same', more('owner: a\nowner\u200b: b'), '7:1 MANIFEST_UNKNOWN_KEY owner\u200b'),
  bad('a key with a Cyrillic а', more('st\u0430tic: {}'), '6:1 MANIFEST_UNKNOWN_KEY st\u0430tic'),
  bad('an unknown key in a section', more('static:\n  notfound: x'), '7:3 MANIFEST_UNKNOWN_KEY static.notfound'),
  bad('an artifact above the manifest', instead('site.zip', '../site.zip'), '5:13 MANIFEST_VALUE source.artifact'),
  bad('an absolute artifact', instead('site.zip', '/site.zip'), '5:13 MANIFEST_VALUE source.artifact'),
  bad(
    'an artifact from the web',
    instead('site.zip', 'https://example.com/a.zip'),
    '5:13 MANIFEST_VALUE source.artifact',
  ),
  bad('an account of 11 digits', more('account: 12345678901'), '6:10 MANIFEST_VALUE account'),
  bad('an account of 13 digits', more('account: 0123456789012'), '6:10 MANIFEST_VALUE account'),
  bad('no source', instead('source:\n  artifact: site.zip\n', ''), '1:1 MANIFEST_MISSING source'),
  bad(
    'a source in braces, empty',
    instead('source:\n  artifact: site.zip\n', 'source: {}\n'),
    '4:1 MANIFEST_MISSING source.artifact',
  ),
  bad('two sources', more('  git: {repository: github.com/acme/shop}'), '6:3 MANIFEST_MISFIT source.git'),
  bad('a commit that is none', instead('site.zip', 'site.zip\n  commit: main'), '6:11 MANIFEST_VALUE source.commit'),
  bad('an owner in two lines', more('owner: |\n  a\n  b'), '7:1 MANIFEST_VALUE owner'),
  bad('an owner of 129 characters', more(`owner: ${'x'.repeat(129)}`), '6:8 MANIFEST_VALUE owner'),
  bad(
    'everything wrong in static',
    more('static:\n  index: a/b.html\n  notFound:\n  cleanUrls: on\n  immutable: [assets, /a/, "../"]'),
    '7:10 MANIFEST_VALUE static.index',
    '8:3 MANIFEST_TYPE static.notFound',
    '9:14 MANIFEST_VALUE static.cleanUrls',
    '10:15 MANIFEST_VALUE static.immutable[0]',
    '10:23 MANIFEST_VALUE static.immutable[1]',
    '10:28 MANIFEST_VALUE static.immutable[2]',
  ),
  bad('nine folders', more(`static: {immutable: [${'a/, '.repeat(8)}a/]}`), '6:21 MANIFEST_VALUE static.immutable'),
  bad(
    'a folder of 101 characters',
    more(`static: {immutable: [${'a'.repeat(100)}/]}`),
    '6:22 MANIFEST_VALUE static.immutable[0]',
  ),
  bad('a section as immutable', more('static: {immutable: {a: b}}'), '6:21 MANIFEST_TYPE static.immutable'),
  bad('text as a section', more('static: yes'), '6:9 MANIFEST_TYPE static'),
  bad('a list as a section', more('retention: []'), '6:12 MANIFEST_TYPE retention'),
  bad('a number for a list', more('rollout: {steps: 100}'), '6:18 MANIFEST_TYPE rollout.steps'),
  bad('no steps', more('rollout: {steps: []}'), '6:18 MANIFEST_VALUE rollout.steps'),
  bad('falling steps', more('rollout: {steps: [50, 20, 100]}'), '6:18 MANIFEST_VALUE rollout.steps'),
  bad('steps that end early', more('rollout: {steps: [50]}'), '6:18 MANIFEST_VALUE rollout.steps'),
  bad('eleven steps', more('rollout: {steps: [1,2,3,4,5,6,7,8,9,10,100]}'), '6:18 MANIFEST_VALUE rollout.steps'),
  bad('a step of 0', more('rollout: {steps: [0, 100]}'), '6:19 MANIFEST_VALUE rollout.steps[0]'),
  bad('a step that is missing', more('rollout:\n  steps:\n    -\n    - 100'), '8:5 MANIFEST_TYPE rollout.steps[0]'),
  bad('a duration without unit', more('rollout: {bake: 30}'), '6:17 MANIFEST_VALUE rollout.bake'),
  bad('a duration above a day', more('rollout: {bake: 25h}'), '6:17 MANIFEST_VALUE rollout.bake'),
  bad('a number in quotes', more('retention: {releases: "5"}'), '6:23 MANIFEST_TYPE retention.releases'),
  bad('a number that reads as octal', more('retention: {days: 010}'), '6:19 MANIFEST_VALUE retention.days'),
  bad('a number too large', more('retention: {releases: 51}'), '6:23 MANIFEST_VALUE retention.releases'),
  bad('a number too small', more('retention: {days: 0}'), '6:19 MANIFEST_VALUE retention.days'),
  bad('half a day', more('retention: {days: 1.5}'), '6:19 MANIFEST_VALUE retention.days'),
  bad('endless days', more('retention: {days: 1e999}'), '6:19 MANIFEST_TYPE retention.days'),
  bad('a misspelt level', more('notifications: {level: failure}'), '6:24 MANIFEST_VALUE notifications.level'),
  bad('a level without a value', more('notifications:\n  level:'), '7:3 MANIFEST_TYPE notifications.level'),
];

function nested(depth: number): string {
  return Array.from({ length: depth }, (_, level) => `${' '.repeat(level)}a:`).join('\n');
}
