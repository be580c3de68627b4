import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ListenerNotFoundException,
  ModifyRuleCommand,
  ModifyTargetGroupCommand,
  PriorityInUseException,
  type Rule,
  RuleNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { contentTypeOf } from '../maintenance.ts';
import { clientConfig } from './config.ts';

const client = new ElasticLoadBalancingV2Client(clientConfig);

/** A rule by which requests for some paths are forwarded. */
export interface ForwardRule {
  arn: string;
  /** Of the rules that fit a request, the one with the lowest number answers it. */
  priority: number;
  paths: string[];
  /** The weight of each target group by its ARN; empty where the rule does something else. */
  weights: Record<string, number>;
  /** What it answers with itself; absent where it does not. */
  page?: string;
}

/** What a rule is to do: forward by weights, or answer with this page and status 503. */
export type RuleContent = { paths: string[] } & ({ weights: ForwardRule['weights'] } | { page: string });

/**
 * The rules of a listener that go by paths, the one that is met first at the beginning.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html
 */
export async function findRules(listener: string): Promise<ForwardRule[]> {
  const found: ForwardRule[] = [];
  for (let marker: string | undefined; ; ) {
    const page = await client.send(
      new DescribeRulesCommand({ ListenerArn: listener, ...(marker && { Marker: marker }) }),
    );
    for (const rule of page.Rules ?? []) if (!rule.IsDefault) found.push(ruleOf(rule));
    if (!page.NextMarker) break;
    marker = page.NextMarker;
  }
  return found.filter(({ paths }) => paths.length > 0).sort((one, other) => one.priority - other.priority);
}

/** The same; undefined where the listener is gone. */
export async function findRulesIfAny(listener: string): Promise<ForwardRule[] | undefined> {
  try {
    return await findRules(listener);
  } catch (error) {
    if (error instanceof ListenerNotFoundException) return undefined;
    throw error;
  }
}

/** @returns false when another rule has that priority. */
export async function createRule(listener: string, priority: number, content: RuleContent): Promise<boolean> {
  try {
    const input = { ListenerArn: listener, Priority: priority, ...requestOf(content) };
    await client.send(new CreateRuleCommand(input));
    return true;
  } catch (error) {
    if (error instanceof PriorityInUseException) return false;
    throw error;
  }
}

/** Changes paths and weights, all in one write. @returns false when the rule is gone. */
export async function modifyRule(arn: string, content: RuleContent): Promise<boolean> {
  try {
    await client.send(new ModifyRuleCommand({ RuleArn: arn, ...requestOf(content) }));
    return true;
  } catch (error) {
    if (error instanceof RuleNotFoundException) return false;
    throw error;
  }
}

/** One that is gone already is no error. */
export async function deleteRule(arn: string): Promise<void> {
  try {
    await client.send(new DeleteRuleCommand({ RuleArn: arn }));
  } catch (error) {
    if (!(error instanceof RuleNotFoundException)) throw error;
  }
}

/** What a load balancer asks of the targets of a group, and how often; seconds. */
export interface HealthCheck {
  path: string;
  /** Such as `200-399`. */
  status: string;
  interval: number;
  timeout: number;
  /** Answers in a row until a target counts as one or the other. */
  healthy: number;
  unhealthy: number;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html */
export async function setHealthCheck(group: string, check: HealthCheck): Promise<void> {
  await client.send(
    new ModifyTargetGroupCommand({
      TargetGroupArn: group,
      HealthCheckPath: check.path,
      Matcher: { HttpCode: check.status },
      HealthCheckIntervalSeconds: check.interval,
      HealthCheckTimeoutSeconds: check.timeout,
      HealthyThresholdCount: check.healthy,
      UnhealthyThresholdCount: check.unhealthy,
    }),
  );
}

/** How the load balancer finds one target. */
export interface TargetState {
  state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable' | string;
  /** Such as `Target.Timeout`, and the same in words. */
  reason?: string;
  words?: string;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html */
export async function targetStates(group: string): Promise<TargetState[]> {
  const { TargetHealthDescriptions = [] } = await client.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group }),
  );
  return TargetHealthDescriptions.map(({ TargetHealth }) => ({
    state: TargetHealth?.State ?? 'unavailable',
    ...(TargetHealth?.Reason && { reason: TargetHealth.Reason }),
    ...(TargetHealth?.Description && { words: TargetHealth.Description }),
  }));
}

const requestOf = ({ paths, ...does }: RuleContent) => ({
  Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: paths } }],
  Actions: [
    'page' in does
      ? {
          Type: 'fixed-response' as const,
          FixedResponseConfig: { StatusCode: '503', ContentType: contentTypeOf(does.page), MessageBody: does.page },
        }
      : {
          Type: 'forward' as const,
          ForwardConfig: {
            TargetGroups: Object.entries(does.weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
          },
        },
  ],
});

function ruleOf({ RuleArn = '', Priority, Conditions = [], Actions = [] }: Rule): ForwardRule {
  const path = Conditions.find(({ Field }) => Field === 'path-pattern');
  const forward = Actions.find(({ Type }) => Type === 'forward');
  const page = Actions.find(({ Type }) => Type === 'fixed-response')?.FixedResponseConfig?.MessageBody;
  const groups = forward?.ForwardConfig?.TargetGroups ?? [
    ...(forward?.TargetGroupArn ? [{ TargetGroupArn: forward.TargetGroupArn, Weight: 1 }] : []),
  ];
  return {
    arn: RuleArn,
    priority: Number(Priority),
    paths: path?.PathPatternConfig?.Values ?? path?.Values ?? [],
    weights: Object.fromEntries(groups.map(({ TargetGroupArn = '', Weight = 0 }) => [TargetGroupArn, Weight])),
    ...(page !== undefined && { page }),
  };
}
