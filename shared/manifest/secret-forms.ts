/** Forms that only keys and passwords have, by those who issue them. */
const KEYS = new RegExp(
  [
    '(?:AKIA|ASIA)[A-Z0-9]{16}', // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    '-----BEGIN (?:[A-Z]+ )*PRIVATE KEY',
    'gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\\w{40,}|glpat-[\\w-]{20,}',
    'xox[abposr]-[\\w-]{10,}|https://hooks\\.slack\\.com/services/\\w+',
    '[sr]k_live_\\w{16,}|SG\\.[\\w-]{16,}\\.[\\w-]{16,}|npm_[A-Za-z0-9]{36}|AIza[\\w-]{35}',
    'eyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10,}',
    // A password in an address; `$PASSWORD` is none yet.
    '[A-Za-z][A-Za-z+.-]{1,20}://[^\\s/:@]*:(?!\\$)[^\\s/@]+@',
  ].join('|'),
);
const SHORTEST = 'db://:x@'.length;

/** How a reference begins, right or nearly so. */
const REFERENCE = '(?:ssm|secrets?|parameter|stack[-_]outputs?):';
const REFERENCE_TEXT = new RegExp(`^${REFERENCE}`, 'i');
const LINE_WITH_REFERENCE = new RegExp(`:\\s*["']?${REFERENCE}`, 'i');

const NAME =
  '(?:password|passwd|passphrase|pwd|secret|token|credentials?|(?:api|access|private|secret|signing|encryption|auth)[_.-]?key)';

/** A name under which nobody keeps anything but a secret. */
const SECRET_NAME = new RegExp(`(?:^|[_.:-])(?:${NAME}|pass|passwords)$`, 'i');

/** Nearly all names are none of these, which is quickly seen. */
const SECRET_WORD = /pass|pwd|secret|token|credential|key/i;
const CAMEL = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g;

/** `password: x` and `"password":"x"`, `--password=x` and `?token=x`; not `password: secret:NAME`. */
const NAMED = new RegExp(`${NAME}(?:["']\\s*:|\\s*:(?=\\s|$)|=)(?!\\s*["']?${REFERENCE})\\s*`, 'i');

/** `--password=x`, `?token=x`, `Server=a;Password=x`; not `--password=$PASSWORD`, which is none yet. */
const ASSIGNED = new RegExp(`(?:${NAME})=["']?(?!${REFERENCE})[^\\s"'$%{}<>*]{3,}`, 'i');

/** A name with its value in the lines below it. */
const ABOVE = new RegExp(`(?:${NAME}|secrets)["']?\\s*:\\s*(?:[|>][-+\\d]*)?\\s*(?:#.*)?$`, 'i');

/** What stands where a secret stood. */
export const HIDDEN = '●●●';

/** A name, which somebody may have pasted a key for. */
export const masked = (name: string): string => (holdsKey(name) ? HIDDEN : name);

/** Whether a text holds a key, or an address with a password in it. */
export const holdsKey = (text: string): boolean => text.length >= SHORTEST && KEYS.test(text);

/** How others write where a secret lies: by its ARN, or as a variable that something else fills in. */
const ELSEWHERE = /^(?:arn:aws[\w-]*:(?:secretsmanager|ssm):[\w:/+=.@-]+|\$?\{\{?[\w.: /-]+\}?\})$/;

/** Whether a text gives a value to something that is called as only a secret is. */
export const assignsSecret = (text: string): boolean => text.includes('=') && ASSIGNED.test(text);

/** Whether a text means to name where a secret lies. */
export const isReferring = (text: string): boolean => REFERENCE_TEXT.test(text) || ELSEWHERE.test(text);

export const isSecretName = (name: string): boolean =>
  SECRET_WORD.test(name) && SECRET_NAME.test(name.replace(CAMEL, '_'));

/**
 * Where a secret may begin in a line of a file of which nothing else is known,
 * since it may be no YAML at all.
 * @returns an index in the line, or undefined.
 */
export function secretInLine(lines: readonly string[], index: number): number | undefined {
  const line = lines[index] ?? '';
  if (isInKey(lines, index) || isBelowName(lines, index)) return 0;
  const key = KEYS.exec(line)?.index;
  const named = NAMED.exec(line);
  const value = named && named.index + named[0].length;
  return key === undefined ? (value ?? undefined) : Math.min(key, value ?? key);
}

/** Between the lines that begin and end a private key. */
function isInKey(lines: readonly string[], index: number): boolean {
  const before = lines.slice(0, index);
  const begin = before.findLastIndex((line) => /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY/.test(line));
  return begin >= 0 && !before.slice(begin).some((line) => line.includes('-----END '));
}

/** Deeper than a line that only names a secret; a reference there is none. */
function isBelowName(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  if (LINE_WITH_REFERENCE.test(line)) return false;
  let depth = depthOf(line);
  for (let above = index - 1; above >= 0 && depth > 0; above--) {
    const outer = lines[above] ?? '';
    if (outer.trim() === '' || depthOf(outer) >= depth) continue;
    if (ABOVE.test(outer)) return true;
    depth = depthOf(outer);
  }
  return false;
}

const depthOf = (line: string): number => line.search(/\S|$/);
