import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import { settingsOf } from '../manifest/identifiers.ts';
import type { Loaded } from '../manifest/load.ts';
import type { Here } from '../manifest/not-yet.ts';
import type { Allowance, Operator } from '../manifest/operator.ts';
import { fullName, isOnesOwn, MADE, OWN, type Reference } from '../manifest/reference.ts';
import { referencesIn } from './references-in.ts';

/** Where a manifest is deployed: the environment, and the account and region that Pilotage itself runs in. */
export interface Whereabouts extends Here {
  environment: string;
}

/** Something that a pilot may use only when the operator says so. */
export interface Wish {
  path: (string | number)[];
  kind: keyof Allowance;
  /** As the operator's file would name it. */
  name: string;
  /** Another pilot's own: no operator can give that away. */
  never?: boolean;
}

/** What a manifest needs the operator's word for; most need it for nothing. */
export function wishesOf(manifest: Resolved, where: Whereabouts): Wish[] {
  const { account, region, role, domain, email } = manifest;
  return [
    ...wish('accounts', account === where.account ? undefined : account, 'account'),
    ...wish('regions', region === where.region ? undefined : region, 'region'),
    ...wish('roles', role, 'role'),
    ...wish('domains', domain?.name, 'domain', 'name'),
    ...(domain?.aliases ?? []).flatMap((alias, index) => wish('domains', alias, 'domain', 'aliases', index)),
    ...wish('domains', email?.domain, 'email', 'domain'),
    ...sharedIn(manifest, where),
    ...alarmsOfOthers(manifest, where),
    ...imageOfOthers(manifest, where),
  ];
}

/** Of `123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/shop:1.4` the account and the repository. */
const IN_ECR = /^(\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;

/**
 * Repositories of this account whose name begins with the pilot's are its own, and those that
 * its builds fill. Of other accounts and registries their owners decide.
 */
function imageOfOthers({ name: pilot, source: { image = '' } }: Resolved, where: Whereabouts): Wish[] {
  const [, account, name = ''] = IN_ECR.exec(image) ?? [];
  if (account === undefined || account !== where.account) return [];
  const isOwn = [pilot, `pilots/${pilot}/${where.environment}`].some(
    (own) => name === own || name.startsWith(`${own}/`),
  );
  if (isOwn) return [];
  const never = name.startsWith('pilots/');
  return [{ path: ['source', 'image'], kind: 'images', name, ...(never && { never }) }];
}

const ALARM = 'alarm:';

/** Two hyphens stand in the names of what Pilotage makes for a pilot, between whose it is and what. */
function alarmsOfOthers({ name: pilot, alarms }: Resolved, { environment }: Whereabouts): Wish[] {
  const own = `${pilot}-${environment}--`;
  return (alarms?.names ?? []).flatMap((name, index) =>
    name.includes('--') && !name.startsWith(own)
      ? [{ path: ['alarms', 'names', index], kind: 'references', name: `${ALARM}${name}`, never: true }]
      : [],
  );
}

const wish = (kind: Wish['kind'], name: string | undefined, ...path: Wish['path']): Wish[] =>
  name === undefined ? [] : [{ path, kind, name }];

function sharedIn(manifest: Resolved, { environment }: Whereabouts): Wish[] {
  const { name: pilot } = manifest;
  const own = [`${OWN}${pilot}/${settingsOf(environment)}/`, `${MADE}${pilot}/${environment}/`];
  return referencesIn(manifest).flatMap(({ path, reference }) => {
    const name = nameOf(reference);
    if (reference.from === 'stack-output') return [{ path, kind: 'references', name }];
    const full = fullName(reference, manifest.name, environment).replace(/^\//, '');
    if (own.some((begin) => full.startsWith(begin))) return [];
    return [{ path, kind: 'references', name, ...(isOnesOwn(full) && { never: true }) }];
  });
}

/** A shared reference as the operator's file names it: without a field. */
const nameOf = (reference: Reference): string =>
  reference.from === 'stack-output'
    ? `stack-output:${reference.stack}.${reference.output}`
    : `${reference.from}:/${reference.name}`;

/**
 * What a manifest uses without the operator's word, each where it was written,
 * with what the operator would have to add. The account and region of Pilotage
 * itself and a pilot's own references need nobody's word.
 */
export function forbidden(
  { manifest, placeOf }: Extract<Loaded, { ok: true }>,
  operator: Operator,
  where: Whereabouts,
): Problem[] {
  return wishesOf(manifest, where)
    .filter((wish) => !isAllowed(wish, manifest.name, operator))
    .map((wish) => ({ ...refusalOf(wish, manifest.name, operator), place: placeOf(wish.path) }));
}

export function isAllowed({ kind, name, never }: Wish, pilot: string, operator: Operator): boolean {
  return !never && allowedTo(pilot, kind, operator).some((pattern) => covers(pattern, name));
}

const allowedTo = (pilot: string, kind: Wish['kind'], { pilots, everyone }: Operator): string[] => [
  ...((Object.hasOwn(pilots, pilot) && pilots[pilot]?.[kind]) || []),
  ...(everyone[kind] ?? []),
];

/** `*` stands at the beginning of domains and at the end of references, and nowhere else. */
function covers(pattern: string, name: string): boolean {
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

const WORDS = {
  domains: { code: 'DOMAIN_FORBIDDEN', what: 'the domain' },
  accounts: { code: 'ACCOUNT_FORBIDDEN', what: 'the account' },
  regions: { code: 'ACCOUNT_FORBIDDEN', what: 'the region' },
  roles: { code: 'ACCOUNT_FORBIDDEN', what: 'the role' },
  references: { code: 'REFERENCE_FORBIDDEN', what: 'the reference' },
  images: { code: 'IMAGE_FORBIDDEN', what: 'the repository' },
} as const;

function refusalOf({ kind, name, never }: Wish, pilot: string, operator: Operator): Problem {
  const { code, what } = WORDS[kind];
  if (never)
    return {
      code,
      message: `${name} is not ${pilot}’s own in this environment`,
      expected: expectedFor(kind, name),
    };
  const allowed = allowedTo(pilot, kind, operator);
  return {
    code,
    message: `${what} ${name} is not allowed to ${pilot}`,
    expected: allowed.length > 0 ? allowed.join(', ') : `no ${kind}: the operator has allowed none so far`,
    hint: `the operator can add ${name} to pilots.${pilot}.${kind} in ${operator.file}`,
  };
}

function expectedFor(kind: Wish['kind'], name: string): string {
  if (kind === 'images') return 'an image in a repository of its own, or in one that belongs to no pilot';
  return name.startsWith(ALARM)
    ? 'an alarm of its own, or one that belongs to no pilot'
    : 'a name without a leading /, which is the pilot’s own, or one that is shared';
}
