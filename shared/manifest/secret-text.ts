import { type Finding, joinPath } from './finding.ts';
import { assignsSecret, holdsKey, isReferring, isSecretName } from './secret-forms.ts';
import { type Node, offsetsIn, type Scalar } from './tree.ts';

const FLAG = /^(?:true|false)$/;

/**
 * Values that look like secrets. They are refused wherever they stand, and
 * neither message nor excerpt repeats them.
 */
export function secretsIn(root: Node): Finding[] {
  const found: Finding[] = [];
  const path: (string | number)[] = [];
  const step = (name: string | number, node: Node): void => {
    path.push(name);
    walk(node);
    path.pop();
  };
  const walk = (node: Node): void => {
    if (node.kind === 'list') for (const [index, item] of node.items.entries()) step(index, item);
    if (node.kind === 'mapping')
      for (const [key, { keyStart, value }] of node.entries) {
        if (holdsKey(key)) found.push(pasted(keyStart, [...path, key], 'key'));
        step(key, value);
      }
    if (node.kind === 'scalar' && isSecret(node, path)) found.push(pasted(node.start, path, 'value'));
  };
  walk(root);
  return found.length > 0 ? withEnds(found, root) : found;
}

/**
 * Whether a value is a secret by its own form, or by the name that it has:
 * below `secrets`, and under a name like `password`, only references belong.
 */
export function isSecret({ text, plain }: Scalar, path: readonly PropertyKey[]): boolean {
  if (holdsKey(text) || assignsSecret(text)) return true;
  return isForSecrets(path) && text !== '' && !isReferring(text) && !(plain && FLAG.test(text));
}

function isForSecrets(path: readonly PropertyKey[]): boolean {
  const name = path.findLast((part) => typeof part === 'string');
  if (name !== undefined && isSecretName(name)) return true;
  const first = path[0] === 'environments' ? 2 : 0;
  return path[first] !== 'components' && path.includes('secrets', first);
}

const pasted = (at: number, path: readonly PropertyKey[], what: 'value' | 'key'): Finding => ({
  code: 'MANIFEST_SECRET',
  at,
  path: joinPath(path),
  message: `${joinPath(path)} ${what === 'key' ? 'is a key that' : 'holds what'} looks like a secret`,
  expected: 'secret:NAME or ssm:NAME, which names where the value lies',
  hint: 'keep it in Secrets Manager and change it, since whoever saw this file knows it; if it is only the name of a secret, write secret: before it',
});

/** A secret may have many lines; it reaches as far as the next thing in the text. Both are in the text's order. */
function withEnds(found: Finding[], root: Node): Finding[] {
  const offsets = [...offsetsIn(root)].sort((a, b) => a - b);
  let next = 0;
  return found.map((one) => {
    while (next < offsets.length && (offsets[next] ?? 0) <= one.at) next++;
    return { ...one, until: offsets[next] ?? Infinity };
  });
}
