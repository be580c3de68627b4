import { type Shape, type Structure, VALUES } from './model.ts';

/** Something that the service's API does not have, in what was asked or in what is answered. */
export class OffModel extends Error {}

export type Values = Record<string, unknown>;

/**
 * Reads a request, as the AWS query protocol writes it, and holds it against the model.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 * @throws OffModel
 */
export function readRequest(form: URLSearchParams, shape: Structure): Values {
  const tree: Tree = {};
  for (const [path, text] of form) {
    if (path === 'Action' || path === 'Version') continue;
    const parts = path.split('.');
    const last = parts.pop() ?? '';
    let at = tree;
    for (const part of parts) {
      at[part] ??= {};
      at = at[part] as Tree;
    }
    at[last] = text;
  }
  return readValue(tree, shape, shape.name) as Values;
}

type Tree = { [part: string]: Tree | string };

function readValue(found: Tree | string, shape: Shape, path: string): unknown {
  if (shape.kind === 'structure') {
    if (typeof found === 'string') throw new OffModel(`${path} is no structure`);
    for (const name of Object.keys(found))
      if (!shape.members.has(name)) throw new OffModel(`${path} has no member ${name}`);
    for (const name of shape.required) if (!(name in found)) throw new OffModel(`${path} has to have ${name}`);
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => {
        const member = shape.members.get(name) as Shape;
        const read = readValue(value, member, `${path}.${name}`);
        checkValue(read, `${shape.name}.${name}`);
        return [name, read];
      }),
    );
  }
  if (shape.kind === 'list') {
    // An empty list is written as nothing.
    if (found === '') return [];
    const members = typeof found === 'string' ? undefined : found.member;
    if (typeof members !== 'object') throw new OffModel(`${path} is no list`);
    return Object.values(members).map((one) => readValue(one, shape.of, path));
  }
  if (typeof found !== 'string') throw new OffModel(`${path} is no ${shape.kind}`);
  return readScalar(found, shape.kind, path);
}

function readScalar(text: string, kind: string, path: string): unknown {
  if (kind === 'number' && Number.isFinite(Number(text))) return Number(text);
  if (kind === 'truth' && /^(?:true|false)$/.test(text)) return text === 'true';
  if (kind === 'time' && !Number.isNaN(Date.parse(text))) return new Date(text);
  if (kind === 'text') return text;
  throw new OffModel(`${path} is no ${kind}: ${text}`);
}

function checkValue(value: unknown, path: string): void {
  const allowed = VALUES[path];
  if (!allowed) return;
  for (const one of Array.isArray(value) ? value : [value])
    if (!Object.values(allowed).includes(one)) throw new OffModel(`${path} may not be ${one}`);
}

const NAMESPACE = 'http://elasticbeanstalk.amazonaws.com/docs/2010-12-01/';

/** An answer in XML. @throws OffModel when the model has no such answer: that is a mistake here. */
export function writeAnswer(action: string, shape: Structure | undefined, values: Values): string {
  const result = shape ? `<${action}Result>${writeValue(values, shape, shape.name)}</${action}Result>` : '';
  return `<${action}Response xmlns="${NAMESPACE}">${result}<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></${action}Response>`;
}

function writeValue(value: unknown, shape: Shape, path: string): string {
  switch (shape.kind) {
    case 'structure': {
      const given = Object.entries(value as Values).filter(([, one]) => one !== undefined);
      for (const name of shape.required)
        if (!given.some(([one]) => one === name)) throw new OffModel(`${path} has to have ${name}`);
      return given
        .map(([name, one]) => {
          const member = shape.members.get(name);
          if (!member) throw new OffModel(`${path} has no member ${name}`);
          checkValue(one, `${shape.name}.${name}`);
          return `<${name}>${writeValue(one, member, `${path}.${name}`)}</${name}>`;
        })
        .join('');
    }
    case 'list':
      if (!Array.isArray(value)) throw new OffModel(`${path} is no list`);
      return value.map((one) => `<member>${writeValue(one, shape.of, path)}</member>`).join('');
    case 'time':
      return (value as Date).toISOString();
    default: {
      const types: Record<string, string> = { string: 'text', number: 'number', boolean: 'truth' };
      if (types[typeof value] !== shape.kind) throw new OffModel(`${path} is no ${shape.kind}`);
      return escaped(String(value));
    }
  }
}

export const writeError = (code: string, message: string): string =>
  `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>0</RequestId></ErrorResponse>`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
