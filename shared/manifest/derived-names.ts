import { createHash } from 'node:crypto';
import { DEFAULT_ENVIRONMENT } from './identifiers.ts';
import { MADE } from './reference.ts';

/** What is named: a pilot in an environment, and of it a part: a colour, a role, a component. */
export interface Named {
  pilot: string;
  environment: string;
  /** Each of lower-case letters, digits and single hyphens, neither first nor last a hyphen. */
  parts?: readonly string[];
}

interface Rule {
  /** Characters at most. */
  limit: number;
  /** What AWS takes, as its documentation says. */
  pattern: RegExp;
  /** Begins a path with a folder for each part; where there is none, hyphens join them. */
  below?: string;
  /** Beginnings that AWS keeps for itself. */
  reserved?: RegExp;
  /** Two hyphens in a row are not taken. */
  single?: true;
}

const HYPHENS = /^[a-zA-Z][a-zA-Z0-9-]*$/;
const OUTER_SINGLE = /^(?!.*--)[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const WORDS = /^[\w-]+$/;

/**
 * What AWS takes as a name, by kind. The limits and patterns are those of
 * - stack: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 * - load balancer, target group: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html, …API_CreateTargetGroup.html
 * - cluster, service, task family: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
 * - capacity provider: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCapacityProvider.html
 * - Auto Scaling group: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
 * - launch template, security group: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html, …API_CreateSecurityGroup.html
 * - function: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 * - Beanstalk: https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateEnvironment.html
 * - database: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 * - log group: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
 * - role: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 * - budget: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
 * - bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * - repository: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
 * - topic: https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
 * - queue: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 * - alarm: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 * - build project: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html, and 150 by its quotas
 * - secret: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 * - parameter: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 * - association: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateAssociation.html
 * - schedule: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 */
export const NAME_RULES = {
  stack: { limit: 128, pattern: HYPHENS },
  // Their documentation does not say it, their answers do: `(?!.*--)`.
  'load-balancer': { limit: 32, pattern: OUTER_SINGLE, reserved: /^internal-/, single: true },
  'target-group': { limit: 32, pattern: OUTER_SINGLE, single: true },
  cluster: { limit: 255, pattern: WORDS },
  service: { limit: 255, pattern: WORDS },
  'task-family': { limit: 255, pattern: WORDS },
  'capacity-provider': { limit: 255, pattern: WORDS, reserved: /^(?:aws|ecs|fargate)/ },
  'scaling-group': { limit: 255, pattern: /^[^:\p{Cc}]+$/u },
  'launch-template': { limit: 128, pattern: /^[a-zA-Z0-9().\-/_]{3,}$/ },
  function: { limit: 64, pattern: WORDS },
  'beanstalk-application': { limit: 100, pattern: /^[^/\p{Cc}]+$/u },
  'beanstalk-environment': { limit: 40, pattern: /^[a-zA-Z0-9][a-zA-Z0-9-]{2,}[a-zA-Z0-9]$/ },
  'beanstalk-cname': { limit: 63, pattern: /^(?!..--)[a-z0-9][a-z0-9-]{2,}[a-z0-9]$/ },
  database: { limit: 63, pattern: /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/, single: true },
  'security-group': { limit: 255, pattern: /^[\w .:/()#,@[\]+=&;{}!$*-]+$/, reserved: /^sg-/ },
  'log-group': { limit: 512, pattern: /^[\w./#-]+$/, below: '/pilots' },
  // What AWS's own services write below `/aws/vendedlogs/` they may without a line for each in a policy that is soon full:
  // https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
  'access-log-group': { limit: 512, pattern: /^[\w./#-]+$/, below: '/aws/vendedlogs/pilots' },
  role: { limit: 64, pattern: /^[\w+=,.@-]+$/ },
  budget: { limit: 100, pattern: /^[^:\\\p{Cc}]+$/u },
  bucket: { limit: 63, pattern: /^[a-z0-9][a-z0-9-]+[a-z0-9]$/, reserved: /^(?:xn--|sthree-|amzn-s3-demo-)/ },
  repository: {
    limit: 256,
    pattern: /^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/,
    below: 'pilots',
  },
  topic: { limit: 256, pattern: WORDS },
  queue: { limit: 80, pattern: WORDS },
  alarm: { limit: 255, pattern: /^[\w-]+$/ },
  'build-project': { limit: 150, pattern: /^[A-Za-z0-9][\w-]+$/ },
  // Not `pilots`, where the manifest’s own references point: `secret:database` is somebody else’s.
  secret: { limit: 512, pattern: /^[\w/+=.@-]+$/, below: MADE.slice(0, -1) },
  parameter: { limit: 1011, pattern: /^\/[\w./-]+$/, below: `/${MADE.slice(0, -1)}` },
  association: { limit: 128, pattern: /^[\w.-]{3,}$/ },
  schedule: { limit: 64, pattern: /^[\w.-]+$/ },
} as const satisfies Record<string, Rule>;

export type NameKind = keyof typeof NAME_RULES;

/** Between parts. A pilot's name has no `--`, so what follows can be no other pilot's. */
const JOINT = '--';
/** Before a digest. No joined name has it. */
const MARK = '---';
/** Before a digest where hyphens stand alone. An environment's name, the last part there, begins with a letter. */
const SINGLE_MARK = '-0';

/**
 * The name that Pilotage gives in AWS: `acme-shop-production`, or with parts
 * `acme-shop-production--blue`. It is always within the kind's limit and
 * pattern, and no two different things of a kind share one: an environment has
 * no hyphen, so a joined name is read in one way only; one that would be too
 * long, or begin as AWS reserves it, is cut and carries a digest of the whole.
 * A bucket's name is the whole world's: give the account as its last part.
 */
export function derivedName(kind: NameKind, named: Named): string {
  const rule: Rule = NAME_RULES[kind];
  const { pilot, environment, parts = [] } = named;
  if (rule.below) return [rule.below, pilot, environment, ...parts].join('/');
  const whole = `${pilot}-${environment}`;
  // Where hyphens stand alone the name is cut: the colour comes first, so that people see it.
  const joined = rule.single ? [...parts, whole].join('-') : [whole, ...parts].join(JOINT);
  const isReserved = rule.reserved?.test(joined) ?? false;
  const isAmbiguous = rule.single && parts.length > 0;
  if (joined.length <= rule.limit && rule.pattern.test(joined) && !isReserved && !isAmbiguous) return joined;

  const tail = `${rule.single ? SINGLE_MARK : MARK}${digest(named)}`;
  const head = `${isReserved || /^\d/.test(joined) ? 'p-' : ''}${joined}`.slice(0, rule.limit - tail.length);
  return `${head.replace(/-+$/, '')}${tail}`;
}

/** What a static site’s folder, key and address are named by: `acme-site` in production, `acme-site--staging` elsewhere. */
export const siteName = (pilot: string, environment: string): string =>
  environment === DEFAULT_ENVIRONMENT ? pilot : `${pilot}${JOINT}${environment}`;

/** 80 bits of SHA-256 in base32 (https://www.rfc-editor.org/rfc/rfc4648#section-6), in lower case. */
function digest({ pilot, environment, parts = [] }: Named): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([pilot, environment, ...parts]))
    .digest();
  const bits = [...bytes.subarray(0, 10)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/[01]{5}/g, (five) => ALPHABET[Number.parseInt(five, 2)] ?? '');
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
