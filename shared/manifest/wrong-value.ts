import type * as core from 'zod/v4/core';
import { type Finding, joinPath } from './finding.ts';
import { meantBy } from './meant.ts';
import { foreign, shortened, suggestedName } from './name.ts';
import { isSecret } from './secret-text.ts';
import { type Shape, shapeAt } from './shape.ts';
import { nearest } from './suggest.ts';
import { find, isHidden, type List, type Mapping, type Node, type Scalar } from './tree.ts';

/** A value that the schema refused: missing, empty, of the wrong kind, or not allowed. */
export function wrongValue(issue: core.$ZodIssue, root: Node, shape: Shape): Finding[] {
  if (issue.code === 'invalid_key') return wrongKey(issue.path, issue.issues[0]?.message ?? issue.message, root);
  const { node, at, parent } = find(root, issue.path);
  const path = joinPath(issue.path);
  const said = { ...(path && { path }), expected: issue.message };
  const subject = path || 'the manifest';
  if (!node)
    return isHidden(parent) ? [] : [{ code: 'MANIFEST_MISSING', at, ...said, message: `${subject} is missing` }];
  switch (node.kind) {
    case 'unreadable':
      return [];
    case 'empty':
      return [
        {
          code: 'MANIFEST_TYPE',
          at,
          ...said,
          message: `${subject} has no value`,
          hint: hintForEmpty(issue, shape),
        },
      ];
    case 'scalar':
      if (isSecret(node, issue.path)) return [];
      return [
        {
          ...said,
          at: node.start,
          ...(isKind(issue) ? wrongKind(subject, issue, node) : wrongText(subject, issue, node)),
          ...hintFor(node, issue, parent),
        },
      ];
    default:
      return [{ ...said, at: node.start, ...wrongCollection(subject, issue, node) }];
  }
}

/** An entry whose name is not allowed, where the writer chooses names. */
function wrongKey(path: PropertyKey[], expected: string, root: Node): Finding[] {
  const { at } = find(root, path);
  const name = String(path.at(-1));
  const near = name.replace(/[^A-Za-z0-9]+/g, '_');
  const hint =
    /^(?:secrets|variables)$/.test(String(path.at(-2))) && near !== name ? `did you mean ${near}?` : undefined;
  return [
    {
      code: 'MANIFEST_VALUE',
      at,
      path: joinPath(path),
      message: `no entry of ${joinPath(path.slice(0, -1))} can be named ${shortened(name)}${foreign(name)}`,
      expected,
      ...(hint && { hint }),
    },
  ];
}

function hintForEmpty({ path, message }: core.$ZodIssue, shape: Shape): string {
  if (message.includes('such as #')) return 'put it in quotes: what follows a # is a comment';
  return isRequired(path, shape) ? 'it is required: give it a value' : 'leave out what is not needed';
}

function hintFor(node: Scalar, { message, path }: core.$ZodIssue, parent: Node): Pick<Finding, 'hint'> {
  const hint = meantBy(node, message, path, parent);
  return hint === undefined ? {} : { hint };
}

/** An item of a list never is: the list may do without it. */
const isRequired = (path: readonly PropertyKey[], shape: Shape): boolean =>
  typeof path.at(-1) !== 'number' && shapeAt(shape, path)?.optional === false;

type Said = Pick<Finding, 'code' | 'message' | 'hint'>;

const isKind = ({ code }: core.$ZodIssue): boolean => code === 'invalid_type';

function wrongKind(subject: string, issue: core.$ZodIssue, { text, plain }: Scalar): Said {
  const wanted = issue.code === 'invalid_type' ? issue.expected : undefined;
  const isNumber = /^-?\d+$/.test(text);
  const said = { code: 'MANIFEST_TYPE', message: `${subject} is text` } as const;
  if (wanted === 'array')
    return {
      ...said,
      message: `${subject} is a single value`,
      hint: isNumber ? `write [${text.slice(0, 20)}]` : 'write each item on a line of its own after a hyphen',
    };
  if (isNumber && !plain) return { ...said, hint: `write ${text.slice(0, 20)} without quotes` };
  if (isNumber || /^-?\d*\.\d+$/.test(text))
    return { ...said, code: 'MANIFEST_VALUE', message: `${subject} cannot be ${text.slice(0, 20)}` };
  return said;
}

function wrongCollection(subject: string, issue: core.$ZodIssue, node: List | Mapping): Said {
  const isMismatch = isKind(issue) || issue.code === 'invalid_value' || issue.code === 'invalid_union';
  if (!isMismatch) return { code: 'MANIFEST_VALUE', message: `${subject} is not valid` };
  return { code: 'MANIFEST_TYPE', message: `${subject} is ${node.kind === 'list' ? 'a list' : 'a section'}` };
}

/** The value itself is told only where it is a choice, a number or a name: a secret may be pasted anywhere. */
function wrongText(subject: string, issue: core.$ZodIssue, { text }: Scalar): Said {
  if (subject === 'name') {
    const name = suggestedName(text);
    const shown = /^[\p{L}\p{N}_.-]+$/u.test(text) ? shortened(text) : JSON.stringify(shortened(text));
    const message = `name cannot be ${shown}${foreign(text)}`;
    return { code: 'MANIFEST_VALUE', message, ...(name && { hint: `did you mean ${name}?` }) };
  }
  if (text === '') return { code: 'MANIFEST_VALUE', message: `${subject} cannot be ""` };
  const choices = choicesOf(issue);
  // Of numbers none is near because it is written alike.
  const near = nearest(
    text,
    choices.filter((choice) => !/^\d+$/.test(choice)),
  );
  const isTold =
    near !== undefined || /^-?\d{1,15}$/.test(text) || (choices.length > 0 && /^[\w/.-]{1,16}$/.test(text));
  return {
    code: 'MANIFEST_VALUE',
    message: isTold ? `${subject} cannot be ${text}` : `${subject} is not valid`,
    ...(near && { hint: `did you mean ${near}?` }),
  };
}

function choicesOf(issue: core.$ZodIssue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(choicesOf) : [];
}
