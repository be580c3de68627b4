import type * as core from 'zod/v4/core';
import type { Finding } from './finding.ts';
import type { Shape } from './shape.ts';
import type { Node } from './tree.ts';
import { unknownKeys } from './unknown-key.ts';
import { wrongValue } from './wrong-value.ts';

/** Turns what the schema said into findings: which code, where, in which words, and what was probably meant. */
export function explain(issues: readonly core.$ZodIssue[], root: Node, shape: Shape): Finding[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue.path, issue.keys, root, shape);
    const meant = issue.code === 'invalid_union' ? issue.errors.find(isNear) : undefined;
    if (!meant) return wrongValue(issue, root, shape);
    return explain(
      meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
      root,
      shape,
    );
  });
}

/** Of several kinds that a value may have, the one that it has: only something about it is wrong. */
function isNear(errors: readonly core.$ZodIssue[]): boolean {
  return errors.every(({ code, path }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value'));
}
