import type * as core from 'zod/v4/core';
import { type Finding, joinPath } from './finding.ts';
import type { Shape } from './shape.ts';
import type { Node } from './tree.ts';
import { unknownKeys } from './unknown-key.ts';
import { wrongValue } from './wrong-value.ts';

/** Turns what the schema said into findings: which code, where, in which words, and what was probably meant. */
export function explain(issues: readonly core.$ZodIssue[], root: Node, shape: Shape): Finding[] {
  return oncePerKind(issues).flatMap((issue) => {
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

/** The schema also measures the length of a text that should be a list: what is of the wrong kind is only that. */
function oncePerKind(issues: readonly core.$ZodIssue[]): readonly core.$ZodIssue[] {
  const isLength = ({ code }: core.$ZodIssue) => code === 'too_small' || code === 'too_big';
  if (!issues.some(isLength)) return issues;
  const wrong = new Set(issues.filter(({ code }) => code === 'invalid_type').map(({ path }) => joinPath(path)));
  return issues.filter((issue) => !isLength(issue) || !wrong.has(joinPath(issue.path)));
}

/** Of several kinds that a value may have, the one that it has: only something about it is wrong. */
function isNear(errors: readonly core.$ZodIssue[]): boolean {
  return errors.every(({ code, path }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value'));
}
