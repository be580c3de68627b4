import {
  AddTagsCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  PriorityInUseException,
  type Rule,
  RuleNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { clientConfig } from './config.ts';

const client = new ElasticLoadBalancingV2Client(clientConfig);

/** A listener's rule that forwards requests for some paths to target groups. */
export interface ForwardRule {
  arn: string;
  paths: string[];
  /** The weight of each target group by its ARN; empty where the rule does something else. */
  weights: Record<string, number>;
}

/**
 * The rule of a listener that has this priority.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html
 */
export async function findRule(listener: string, priority: number): Promise<ForwardRule | undefined> {
  for (let marker: string | undefined; ; ) {
    const page = await client.send(
      new DescribeRulesCommand({ ListenerArn: listener, ...(marker && { Marker: marker }) }),
    );
    const found = page.Rules?.find(({ Priority }) => Priority === String(priority));
    if (found) return ruleOf(found);
    if (!page.NextMarker) return undefined;
    marker = page.NextMarker;
  }
}

/** @returns false when another rule has that priority. */
export async function createRule(
  listener: string,
  priority: number,
  content: Omit<ForwardRule, 'arn'>,
): Promise<boolean> {
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
export async function modifyRule(arn: string, content: Omit<ForwardRule, 'arn'>): Promise<boolean> {
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

export async function readTag(arn: string, key: string): Promise<string | undefined> {
  const { TagDescriptions } = await client.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
  return TagDescriptions?.[0]?.Tags?.find(({ Key }) => Key === key)?.Value;
}

export async function writeTag(arn: string, key: string, value: string): Promise<void> {
  await client.send(new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key: key, Value: value }] }));
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

const requestOf = ({ paths, weights }: Omit<ForwardRule, 'arn'>) => ({
  Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: paths } }],
  Actions: [
    {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
      },
    },
  ],
});

function ruleOf({ RuleArn = '', Conditions = [], Actions = [] }: Rule): ForwardRule {
  const path = Conditions.find(({ Field }) => Field === 'path-pattern');
  const forward = Actions.find(({ Type }) => Type === 'forward');
  const groups = forward?.ForwardConfig?.TargetGroups ?? [
    ...(forward?.TargetGroupArn ? [{ TargetGroupArn: forward.TargetGroupArn, Weight: 1 }] : []),
  ];
  return {
    arn: RuleArn,
    paths: path?.PathPatternConfig?.Values ?? path?.Values ?? [],
    weights: Object.fromEntries(groups.map(({ TargetGroupArn = '', Weight = 0 }) => [TargetGroupArn, Weight])),
  };
}
