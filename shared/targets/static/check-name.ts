import { type Flaw, MAX_NAME } from '../artifact/limits.ts';
import { OWN_FOLDER } from './layout.ts';

const NAME_RULES: [code: string, isBad: (path: string) => boolean, what: string][] = [
  ['ARTIFACT_NAME_EMPTY', (path) => path === '' || path.includes('//'), 'has an empty part in its name'],
  ['ARTIFACT_NAME_ABSOLUTE', (path) => path.startsWith('/') || /^[a-z]:/i.test(path), 'has an absolute name'],
  [
    'ARTIFACT_NAME_RELATIVE',
    (path) => path.split('/').some((part) => part === '..' || part === '.'),
    'leaves its folder',
  ],
  ['ARTIFACT_NAME_BACKSLASH', (path) => path.includes('\\'), 'has a backslash in its name'],
  ['ARTIFACT_NAME_CONTROL', hasControl, 'has a control character in its name'],
  ['ARTIFACT_NAME_ENCODING', (path) => path.includes('\uFFFD'), 'has a name that is no UTF-8'],
  ['ARTIFACT_NAME_LONG', (path) => Buffer.byteLength(path) > MAX_NAME, `has a name of more than ${MAX_NAME} bytes`],
  ['ARTIFACT_NAME_RESERVED', (path) => path.startsWith(OWN_FOLDER), `lies in ${OWN_FOLDER}, which is Pilotage's own`],
];

/** All that is wrong with a name in an artifact. */
export const nameFlaws = (path: string): Flaw[] =>
  NAME_RULES.filter(([, isBad]) => isBad(path)).map(([code, , what]) => ({ code, message: `${shown(path)} ${what}` }));

function hasControl(path: string): boolean {
  for (const sign of path) {
    const code = sign.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}

/** A name as it may be shown: quoted, control characters escaped, not too long. */
export function shown(path: string): string {
  const quoted = JSON.stringify(path).replace(/[\u007f-\u009f]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return quoted.length > 200 ? `${quoted.slice(0, 199)}…"` : quoted;
}
