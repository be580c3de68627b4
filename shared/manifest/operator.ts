import * as z from 'zod/mini';
import { fits } from '../edge/services.ts';
import type { Problem } from '../errors.ts';
import { DAY, time } from './duration.ts';
import { explain } from './explain.ts';
import { type Finding, placed } from './finding.ts';
import { PILOT_NAME } from './identifiers.ts';
import { DOMAIN, domainName, list, named, section, whole } from './kinds.ts';
import { isRepository, isShared, isSharedRepository } from './operator-patterns.ts';
import { parse } from './parse.ts';
import { type Manifest, manifestSchema } from './schema.ts';
import { edgeSection } from './sections/front.ts';
import { shapeOf } from './shape.ts';
import { readText } from './text.ts';
import { plainValue } from './value.ts';

/** What the operator allows; `*` at the beginning of a domain, or at the end of a reference, stands for the rest. */
export type Allowance = { [Kind in keyof typeof allowance]?: string[] };

/** What is allowed to one pilot alone: which repositories deploy it, in all environments or in the one after `#`; `preview` is all previews. */
export type PilotAllowance = Allowance & { repositories?: string[] };

/** How CloudFront is let in where a pilot's manifest does not say it. */
export type UsualEdge = Partial<Pick<NonNullable<Manifest['edge']>, 'mode' | 'service'>>;

/** How many previews there may be at once, of all pilots and of each, and how many seconds one is kept that nobody pushes to. */
export type PreviewLimits = { [Limit in keyof typeof limits]?: number };

/** What the operator's file allows, to each pilot and to all of them, and what is usual. */
export interface Operator {
  /** Where it lies, or would lie, for people. */
  file: string;
  /** For all pilots of which nothing else is said. */
  edge?: UsualEdge;
  pilots: Record<string, PilotAllowance & { edge?: UsualEdge }>;
  everyone: Allowance;
  /** Where it says nothing, what is usual counts (shared/planning/preview-limits.ts). */
  previews?: PreviewLimits;
}

export type OperatorRead = { ok: true; operator: Operator } | { ok: false; problems: Problem[] };

const KEYS = 'apiVersion, pilots, everyone, edge and previews';
const DOMAINS = `${DOMAIN}, or *.example.com for the names below it`;
const IMAGES = 'a repository in ECR such as tools/base, or how it begins and a *';
const REPOSITORIES =
  'a repository such as github.com/acme/shop, github.com/acme/shop#staging for that environment alone, …#preview for previews, or github.com/acme/*';
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

const limits = {
  most: z.exactOptional(whole(0, 1000)),
  perPilot: z.exactOptional(whole(0, 100)),
  keep: z.exactOptional(time(90 * DAY, 3600)),
};

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

const operatorSchema = z.strictObject(
  {
    apiVersion: z.literal('pilotage/v1', 'pilotage/v1'),
    pilots: z._default(named('the pilot’s name', PILOT_NAME, section({ ...pilotAllowance, edge }), 500), {}),
    everyone: z._default(section(allowance), {}),
    edge,
    previews: z.exactOptional(section(limits)),
  },
  `a section with ${KEYS}`,
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

const operatorOf = ({ pilots, everyone, edge, previews }: z.infer<typeof operatorSchema>): Omit<Operator, 'file'> => ({
  pilots,
  everyone,
  ...(edge && { edge }),
  ...(previews && { previews }),
});

function wrong(findings: Finding[], text: string, file: string): OperatorRead {
  const problems = placed(findings, text, file).map((problem) => ({
    ...problem,
    code: 'OPERATOR_FILE',
    message: inItsWords(problem.message),
    ...(problem.hint && { hint: inItsWords(problem.hint) }),
    // The reader knows what a manifest needs; this file needs less.
    ...(problem.code === 'MANIFEST_EMPTY' && { expected: KEYS }),
  }));
  return { ok: false, problems };
}

const inItsWords = (said: string): string => said.replaceAll('the manifest', 'the operator’s file');
