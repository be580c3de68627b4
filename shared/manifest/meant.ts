import { ARGV, DOMAIN } from './kinds.ts';
import { LIES } from './reference.ts';
import { secretInLine } from './secret-forms.ts';
import type { Node, Scalar } from './tree.ts';

/** What to write instead of a text that stands where something else belongs, as far as its form tells. */
export function meantBy(scalar: Scalar, expected: string, path: readonly PropertyKey[], parent: Node) {
  if (expected.includes(ARGV)) return commandFor(scalar, parent);
  if (expected === 'true or false') return flagFor(scalar);
  if (expected.includes('number from')) return numberFor(scalar);
  if (expected === DOMAIN) return domainFor(scalar);
  if (expected.endsWith(LIES)) return referenceFor(scalar);
  return path.at(-1) === 'repository' ? repositoryFor(scalar) : undefined;
}

/** What a shell would not pass on as it is. */
const SHELL = /[|&;<>()$`"'*?~\\\n]/;
const LONGEST_COMMAND = 60;

function commandFor({ text }: Scalar, parent: Node): string | undefined {
  if (secretInLine([text], 0) !== undefined) return undefined;
  if (SHELL.test(text))
    return 'no shell reads a command: write [sh, -c, "…"] with what a shell shall read, or a script';
  const words = text.trim().split(/\s+/);
  const others = parent.kind === 'list' ? parent.items : [];
  if (words.length === 1 && others.length > 1 && others.every((item) => item.kind === 'scalar'))
    return 'each command is a list of its own: write [[npm, ci], [npm, run, build]]';
  const command = `[${words.map((word) => (/^[\w./@+=-]+$/.test(word) ? word : JSON.stringify(word))).join(', ')}]`;
  return command.length <= LONGEST_COMMAND ? `write ${command}` : 'write each word as an item of a list';
}

function flagFor({ text, plain }: Scalar): string | undefined {
  const flag = /^(?:(true|yes|y|on)|(false|no|n|off))$/i.exec(text);
  if (!flag) return undefined;
  return `write ${flag[1] ? 'true' : 'false'}${plain ? '' : ' without quotes'}`;
}

function numberFor({ text }: Scalar): string | undefined {
  const unit = /^\d+(?:\.\d+)? ?([A-Za-z]{1,3}|[%$€])$|^([$€]) ?\d+(?:\.\d+)?$/.exec(text);
  return unit ? `write the number alone, without ${unit[1] ?? unit[2]}` : undefined;
}

function domainFor({ text }: Scalar): string | undefined {
  const name = /^(?:https?:\/\/)?([\p{L}\p{M}\p{N}.-]{4,253})\/?$/iu.exec(text.trim())?.[1];
  if (name === undefined || !URL.canParse(`https://${name}`)) return undefined;
  const { hostname } = new URL(`https://${name}`);
  if (/\P{ASCII}/u.test(name)) return `write it in Punycode: ${hostname}`;
  return hostname === text ? undefined : `did you mean ${hostname}?`;
}

function repositoryFor({ text }: Scalar): string | undefined {
  const [, host, path] =
    /^(?:https?:\/\/|ssh:\/\/git@|git@)?([a-z0-9.-]+)[:/]([\w.~/-]+?)(?:\.git)?\/?$/.exec(text) ?? [];
  const repository = `${host}/${path}`;
  return host && path?.includes('/') && repository !== text ? `did you mean ${repository}?` : undefined;
}

/** A secret by its ARN (the six characters after its name are AWS’s), a variable, or the whole path of one’s own. */
function referenceFor({ text }: Scalar): string | undefined {
  const [, secret] = /^arn:[\w-]+:secretsmanager:[\w-]*:\d*:secret:([\w/.-]+?)(?:-\w{6})?$/.exec(text) ?? [];
  if (secret) return `write secret:/${secret}`;
  const [, parameter] = /^arn:[\w-]+:ssm:[\w-]*:\d*:parameter\/?([\w/.-]+)$/.exec(text) ?? [];
  if (parameter) return `write ssm:/${parameter}`;
  const [, kind, name] = /^(ssm|secret):\/?pilots\/[\w-]+\/\w+\/([\w./#-]+)$/.exec(text) ?? [];
  if (kind) return `a pilot’s own lie below pilots/<pilot>/<environment>/ already: write ${kind}:${name}`;
  return /^\$?\{/.test(text) ? 'nothing is filled in here: name where the value lies' : undefined;
}
