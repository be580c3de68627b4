import { createHash } from 'node:crypto';
import type { Template } from '../../templates/template.ts';
import type { StackWanted } from '../aws/stack-updates.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { canonicalJson } from '../manifest/digest.ts';
import { DEFAULT_ENVIRONMENT } from '../manifest/identifiers.ts';
import { ownerTags } from '../manifest/owner-tags.ts';
import { policyOf } from './policy.ts';
import type { ServiceRole } from './service-role.ts';

/** What a deployment wants of the stack of its pilot. */
export interface Wanted extends StackWanted {
  /** Of all that decides what the stack is: where the stack tells the same one, nothing has to be done. */
  digest: string;
  policy: string;
  /** What the policy is where the database may go. */
  openPolicy: string;
  /** `database.replace` of the manifest; absent where it has no database of its own. */
  replacesDatabase?: boolean | undefined;
  /** The database is made from a snapshot, and somebody wants that: the one before goes. */
  restoresDatabase?: boolean | undefined;
  /** The database that the stack had when its template was written; absent where that is of no matter to it. */
  writtenFor?: { database: string | undefined } | undefined;
  /** Tokens of deleting what was never complete, and of undoing what failed. */
  clearing: string;
  undoing: string;
  /** What it is made under, in full. */
  serviceRole: ServiceRole;
  /** How many resources the template has. */
  resources: number;
  /** Whether the stack is to be protected against deletion. */
  isProtected: boolean;
  /** When the deployment began with it: what changed the stack since was this deployment. */
  since: Date;
  deadline: Date;
}

export interface Asked
  extends Pick<
    Wanted,
    'parameters' | 'serviceRole' | 'since' | 'deadline' | 'replacesDatabase' | 'restoresDatabase' | 'writtenFor'
  > {
  deployment: string;
  pilot: string;
  environment: string;
  template: Template;
}

/**
 * The stack's output that tells the digest. An output and no tag: CloudFormation
 * hands the stack's tags on to every resource, so one that is another each time would
 * have every update touch them all; and after an update that failed it is the old one again.
 */
export const DIGEST = 'PilotageDigest';

export function wantedOf(asked: Asked): Wanted {
  const { deployment, pilot, environment, template, parameters, serviceRole, since, deadline } = asked;
  const { replacesDatabase, restoresDatabase, writtenFor } = asked;
  const tags = ownerTags({ pilot, environment });
  const digest = createHash('sha256').update(canonicalJson({ template, parameters, tags })).digest('hex').slice(0, 20);
  // Not as the change sets of a preview begin, which others may read and remove.
  const name = `pilotage-deploy-${deployment.replaceAll('_', '--')}-${digest.slice(0, 8)}`;
  const told = { Description: 'What it was made from', Value: digest };
  return {
    stack: derivedName('stack', { pilot, environment }),
    name,
    clearing: `${name}-clear`,
    undoing: `${name}-undo`,
    description: `Pilotage: deployment ${deployment}`,
    template: JSON.stringify({ ...template, Outputs: { ...template.Outputs, [DIGEST]: told } }),
    parameters,
    tags,
    role: serviceRole.arn,
    serviceRole,
    digest,
    policy: policyOf(template),
    openPolicy: policyOf(template, true),
    replacesDatabase,
    restoresDatabase,
    writtenFor,
    resources: Object.keys(template.Resources).length,
    isProtected: environment === DEFAULT_ENVIRONMENT,
    since,
    deadline,
  };
}

/** What the template itself tells: without the digest. */
export const outputsOf = ({ [DIGEST]: _, ...outputs }: Record<string, string>): Record<string, string> => outputs;

/** Whether a stack with these tags was made for the same pilot and environment. */
export const isOf = (tags: Record<string, string>, wanted: Pick<Wanted, 'tags'>): boolean =>
  Object.entries(wanted.tags).every(([key, value]) => tags[key] === value);
