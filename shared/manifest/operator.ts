import * as z from 'zod/mini';
import { fits } from '../edge/services.ts';
import type { Problem } from '../errors.ts';
import { explain } from './explain.ts';
import { type Finding, placed } from './finding.ts';
import { ENVIRONMENT_NAME, PILOT_NAME } from './identifiers.ts';
import { DOMAIN, domainName, list, named, section } from './kinds.ts';
import { parse } from './parse.ts';
import { isOnesOwn, readReference } from './reference.ts';
import { type Manifest, manifestSchema } from './schema.ts';
import { edgeSection } from './sections/front.ts';
import { shapeOf } from './shape.ts';
import { readText } from './text.ts';
import { plainValue } from './value.ts';

/** What the operator allows; `*` at the beginning of a domain, or at the end of a reference, stands for the rest. */
export type Allowance = { [Kind in keyof typeof allowance]?: string[] };

/** What is allowed to one pilot alone: which repositories deploy it, in all environments or in the one after `#`. */
export type PilotAllowance = Allowance & { repositories?: string[] };

/** How CloudFront is let in where a pilot's manifest does not say it. */
export type UsualEdge = Partial<Pick<NonNullable<Manifest['edge']>, 'mode' | 'service'>>;

/** What the operator's file allows, to each pilot and to all of them, and what is usual. */
export interface Operator {
  /** Where it lies, or would lie, for people. */
  file: string;
  /** For all pilots of which nothing else is said. */
  edge?: UsualEdge;
  pilots: Record<string, PilotAllowance & { edge?: UsualEdge }>;
  everyone: Allowance;
}

export type OperatorRead = { ok: true; operator: Operator } | { ok: false; problems: Problem[] };

const DOMAINS = `${DOMAIN}, or *.example.com for the names below it`;
const IMAGES = 'a repository in ECR such as tools/base, or how it begins and a *';
const REPOSITORIES =
  'a repository such as github.com/acme/shop, github.com/acme/shop#staging for that environment alone, or github.com/acme/*';
const REFERENCES = 'secret:/NAME, ssm:/NAME or stack-output:STACK.OUTPUT, or how it begins and a *';
const { account, region, role } = manifestSchema.shape;
const domain = domainName();

const allowance = {
  domains: several(checked(DOMAINS, (name) => domain.safeParse(name.replace(/^\*\./, '')).success)),
  accounts: several(account.def.innerType),
  regions: several(region.def.innerType),
  roles: several(role.def.innerType),
  references: several(checked(REFERENCES, isShared)),
  images: several(checked(IMAGES, isSharedRepository)),
};

/** Whoever may push to a repository deploys with it: that is given to one pilot at a time. */
const pilotAllowance = { ...allowance, repositories: several(checked(REPOSITORIES, isRepository)) };

/** Both are left to the manifest, which always counts before them. */
const edge = z.exactOptional(usualEdge());

function usualEdge() {
  const { mode, service } = edgeSection.shape;
  return section({
    mode: z.exactOptional(mode.def.innerType),
    service: z.exactOptional(service.def.innerType),
  }).check(z.refine(isFitting, { error: 'CLOUDFRONT_ORIGIN_FACING or CLOUDFRONT with this mode', path: ['service'] }));
}

function isFitting({ mode, service }: UsualEdge): boolean {
  return mode === undefined || service === undefined || fits(service, mode);
}

function several<Item extends z.ZodMiniType>(item: Item) {
  return z.exactOptional(list(item, 'a list of at most 100', 100));
}

function checked(expected: string, holds: (text: string) => boolean) {
  return z.string(expected).check(z.refine(holds, expected));
}

/** A full name; below `/pilots/` lies what is a pilot's own, and that nobody can give away. */
function isShared(pattern: string): boolean {
  const begin = pattern.replace(/\*$/, '');
  // What only begins is completed, so that one rule says what a name may hold.
  const rest = begin === pattern ? '' : /^stack-output:[^.]*$/.test(begin) ? 'x.x' : 'x';
  const reference = readReference(begin + rest);
  if (!reference || reference.from === 'stack-output') return reference !== undefined;
  const { own, name } = reference;
  return !own && !isOnesOwn(name) && !(reference.from === 'secret' && reference.field);
}

/** Below `pilots/` lies what is built for one pilot, and that nobody can give away. */
function isSharedRepository(pattern: string): boolean {
  return /^[a-z0-9]+(?:[._/-][a-z0-9]+)*[._/-]?\*?$/.test(pattern) && !pattern.startsWith('pilots/');
}

/** `*` stands below an owner: what only begins like an owner’s name may be anybody’s. */
function isRepository(pattern: string): boolean {
  const [repository = '', environment, ...rest] = pattern.split('#');
  if (rest.length > 0 || (environment !== undefined && !ENVIRONMENT_NAME.test(environment))) return false;
  return /^(?=.{5,200}$)[a-z0-9.-]+\.[a-z]{2,}(?:\/[\w.~-]+){1,5}\/(?:[\w.~-]+\*?|\*)$/.test(repository);
}

const operatorSchema = z.strictObject(
  {
    apiVersion: z.literal('pilotage/v1', 'pilotage/v1'),
    pilots: z._default(named('the pilot’s name', PILOT_NAME, section({ ...pilotAllowance, edge }), 500), {}),
    everyone: z._default(section(allowance), {}),
    edge,
  },
  'a section with apiVersion, pilots, everyone and edge',
);
const shape = shapeOf(operatorSchema);

/**
 * Reads the operator's file, `operator.yaml`, by the same code as a manifest:
 * what it allows, or every problem that it has, as OPERATOR_FILE with its place.
 * @param bytes undefined where there is no such file: then nothing is allowed.
 * @param file its name, as problems show it.
 */
export function readOperator(bytes: Uint8Array | undefined, file: string): OperatorRead {
  if (!bytes) return { ok: true, operator: { file, pilots: {}, everyone: {} } };
  const { text, findings } = readText(bytes);
  if (findings.length > 0) return wrong(findings, text, file);
  const { root, findings: written } = parse(text);
  if (!root) return wrong(written, text, file);
  const { data, error } = operatorSchema.safeParse(plainValue(root, shape));
  const all = [...written, ...explain(error?.issues ?? [], root, shape)];
  if (!data || all.length > 0) return wrong(all, text, file);
  return { ok: true, operator: { file, ...operatorOf(data) } };
}

const operatorOf = ({ pilots, everyone, edge }: z.infer<typeof operatorSchema>): Omit<Operator, 'file'> => ({
  pilots,
  everyone,
  ...(edge && { edge }),
});

function wrong(findings: Finding[], text: string, file: string): OperatorRead {
  const problems = placed(findings, text, file).map((problem) => ({
    ...problem,
    code: 'OPERATOR_FILE',
    message: inItsWords(problem.message),
    ...(problem.hint && { hint: inItsWords(problem.hint) }),
    // The reader knows what a manifest needs; this file needs less.
    ...(problem.code === 'MANIFEST_EMPTY' && { expected: 'apiVersion, pilots, everyone and edge' }),
  }));
  return { ok: false, problems };
}

const inItsWords = (said: string): string => said.replaceAll('the manifest', 'the operator’s file');
