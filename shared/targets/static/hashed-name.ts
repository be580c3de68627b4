/**
 * Whether a file's name holds a hash of its content: `hashed` beyond doubt,
 * `maybe` when the hash could as well be a word or a number, `plain`, or a
 * `page`, which is never taken for immutable.
 */
export function nameKind(path: string): 'hashed' | 'maybe' | 'plain' | 'page' {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  if (/\.html?$/i.test(name)) return 'page';
  // Next.js puts a build's random id into a folder's name.
  if (folders.some((folder) => folder.length >= 16 && isRandom(folder))) return 'hashed';
  const tokens = tokensOf(name);
  if (tokens.some(isRandom)) return 'hashed';
  return tokens.some(couldBeHash) ? 'maybe' : 'plain';
}

/**
 * Where the hash may stand: a part between dots (`main.073c9b0a.chunk.js`), or
 * the end of one after a hyphen or an underscore (`index-BX1-a_2c.js`, whose
 * hash of eight has such signs itself).
 */
function tokensOf(name: string): string[] {
  const parts = name.split('.').slice(0, -1);
  return parts.flatMap((part, index) => {
    const tokens = [part.slice(Math.max(part.lastIndexOf('-'), part.lastIndexOf('_')) + 1)];
    if (index > 0) tokens.push(part);
    if (/[-_]/.test(part.at(-9) ?? '')) tokens.push(part.slice(-8));
    return tokens;
  });
}

const SHORTEST = 8;

/** `settings`, `FaceBook`, `chapter12`. */
const WORDS = /^([A-Z]?[a-z]+|[A-Z]+)([A-Z][a-z]+)*\d*$/;

/** Nobody types this. */
function isRandom(token: string): boolean {
  const signs = token.replace(/[-_]/g, '');
  if (token.length < SHORTEST || signs.length < SHORTEST - 2 || !/^[A-Za-z0-9]+$/.test(signs)) return false;
  const isHex = /^[0-9a-f]+$/.test(signs);
  if (isHex) return /[a-f]/.test(signs) && /\d/.test(signs) && !(signs.length < 16 && isWordWithNumber(signs));
  if (WORDS.test(signs)) return false;
  return switches(signs) >= 3 || KINDS.every((kind) => kind.test(signs));
}

const KINDS = [/[A-Z]/, /[a-z]/, /\d/];

/** `chapter12`, `12th`: letters and digits, but each in one piece. */
const isWordWithNumber = (signs: string) => /^([a-z]+\d+|\d+[a-z]+)$/.test(signs);

/** How often capital, small letter and digit follow each other. */
function switches(signs: string): number {
  const kinds = signs.replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a').replace(/\d/g, '0');
  let count = 0;
  for (let at = 1; at < kinds.length; at += 1) if (kinds[at] !== kinds[at - 1]) count += 1;
  return count;
}

/** Long enough for a hash, and neither a small word nor a date. Eight signs of a hash may look like words. */
const couldBeHash = (token: string) =>
  /^[\w-]{8,}$/.test(token) &&
  !/^([a-z]+|(19|20)\d{6,})$/.test(token) &&
  (token.length === SHORTEST || !WORDS.test(token));
