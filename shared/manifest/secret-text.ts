import { type Finding, joinPath } from './finding.ts';
import { readReference } from './reference.ts';
import type { Node } from './tree.ts';

/** Forms that only keys and passwords have, by those who issue them. */
const KEYS = new RegExp(
  [
    '(?:AKIA|ASIA)[A-Z0-9]{16}', // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    '-----BEGIN (?:[A-Z]+ )*PRIVATE KEY',
    'gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\\w{40,}|glpat-[\\w-]{20,}',
    'xox[abposr]-[\\w-]{10,}|https://hooks\\.slack\\.com/services/\\w+',
    '[sr]k_live_\\w{16,}|SG\\.[\\w-]{16,}\\.[\\w-]{16,}|npm_[A-Za-z0-9]{36}|AIza[\\w-]{35}',
    'eyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10,}',
    '[a-z][a-z+]{2,20}://[^\\s/:@]+:[^\\s/@]+@',
  ].join('|'),
);

/** A name under which nobody keeps anything but a secret. */
const SECRET_NAME = /(?:^|[_.-])(?:password|passwd|secret|token|api_?-?key|private_?-?key|credentials?)$/i;
const CAMEL = /(?<=[a-z0-9])(?=[A-Z])/g;

/** Sections whose keys are the writer's own, and whose values are not all references. */
const FREE = /^(?:environments\.\w+\.)?(?:config\.values|build\.variables)\./;
const REFERENCES = /^(?:environments\.\w+\.)?secrets\.[^.]+$/;

/**
 * Values that look like secrets. They are refused wherever they stand, and
 * neither the message nor the excerpt repeats them.
 */
export function secretsIn(root: Node): Finding[] {
  const found: Finding[] = [];
  const walk = (node: Node, path: (string | number)[]): void => {
    if (node.kind === 'list') for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
    if (node.kind === 'mapping') for (const [key, { value }] of node.entries) walk(value, [...path, key]);
    if (node.kind === 'scalar' && isSecret(node.text, path)) found.push(pasted(node.start, joinPath(path)));
  };
  walk(root, []);
  return found;
}

function isSecret(text: string, path: (string | number)[]): boolean {
  if (KEYS.test(text)) return true;
  if (text === '' || readReference(text)) return false;
  const place = joinPath(path);
  if (REFERENCES.test(place)) return !/^(?:ssm|secret|stack-output):/.test(text);
  const name = String(path.at(-1) ?? '').replace(CAMEL, '_');
  return FREE.test(place) && SECRET_NAME.test(name);
}

const pasted = (at: number, path: string): Finding => ({
  code: 'MANIFEST_SECRET',
  at,
  path,
  message: `${path} holds what looks like a secret`,
  expected: 'secret:NAME or ssm:NAME, which names where the value lies',
  hint: 'store it in Secrets Manager, name it in secrets, and replace it where it was used: whoever saw this file knows it',
});
