import { ACCOUNT, REGION } from '../names.ts';
import type { Worker } from '../worker.ts';
import type { Service } from './call.ts';
import { type Action, membersOf, queryService, Refusal, type Shape } from './query.ts';

/** A listener's rule for some paths: it forwards what comes by weights, or answers with a page of its own. */
export interface Rule {
  arn: string;
  listener: string;
  priority: number;
  paths: string[];
  /** Weights by the target groups' ARNs; none where it answers itself. */
  weights: Record<string, number>;
  page?: string;
}

/** All that the load balancers know. */
export interface Balancers {
  /** Their ARNs. */
  listeners: string[];
  groups: string[];
  rules: Rule[];
  /** Of rules that were made. */
  count: number;
}

export const noBalancers = (): Balancers => ({ listeners: [], groups: [], rules: [], count: 0 });

export interface LoadBalancers extends Service {
  now: Balancers;
  /** How the targets of a group are found. */
  healthIn: (group: string) => string[];
  /** Called after each change of a rule. */
  watch: (by: Worker) => void;
}

/**
 * Elastic Load Balancing: rules of listeners, and the health of targets.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html
 */
export function loadBalancersOf(now: Balancers = noBalancers()): LoadBalancers {
  const ruleIn = (input: URLSearchParams): Rule => {
    const found = now.rules.find(({ arn }) => arn === input.get('RuleArn'));
    if (!found) throw new Refusal('RuleNotFound', 'One or more rules not found');
    return found;
  };
  const listenerIn = (input: URLSearchParams): string => {
    const arn = input.get('ListenerArn') ?? '';
    if (!now.listeners.includes(arn)) throw new Refusal('ListenerNotFound', 'One or more listeners not found');
    return arn;
  };
  const contentOf = (input: URLSearchParams): Pick<Rule, 'paths' | 'weights' | 'page'> => {
    const paths = membersOf(input, 'Conditions.member.1.PathPatternConfig.Values').map((one) => one[''] ?? '');
    const type = input.get('Actions.member.1.Type');
    if (type === 'fixed-response') return { paths, weights: {}, page: pageOf(input) };
    if (type !== 'forward') throw new Error(`an action of type ${type} is not known here`);
    const groups = membersOf(input, 'Actions.member.1.ForwardConfig.TargetGroups');
    const weights = Object.fromEntries(
      groups.map(({ TargetGroupArn = '', Weight }) => [TargetGroupArn, Number(Weight)]),
    );
    if (groups.length === 0 || Object.keys(weights).some((group) => !now.groups.includes(group)))
      throw new Refusal('TargetGroupNotFound', 'One or more target groups not found');
    return { paths, weights };
  };

  const actions: Record<string, Action> = {
    DescribeRules: {
      about: (input) => short(input.get('ListenerArn')),
      act(input) {
        const listener = listenerIn(input);
        const rules = now.rules.filter((rule) => rule.listener === listener).map(shapeOf);
        return { Rules: [...rules, { RuleArn: `${listener}/default`, Priority: 'default', IsDefault: true }] };
      },
    },
    CreateRule: {
      writes: true,
      about: content,
      act(input, by) {
        const listener = listenerIn(input);
        const priority = Number(input.get('Priority'));
        if (now.rules.some((rule) => rule.listener === listener && rule.priority === priority))
          throw new Refusal('PriorityInUse', `Priority '${priority}' is currently in use`);
        now.count += 1;
        const arn = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:listener-rule/app/pilot/${now.count}`;
        const rule: Rule = { arn, listener, priority, ...contentOf(input) };
        now.rules.push(rule);
        balancers.watch(by);
        return { Rules: [shapeOf(rule)] };
      },
    },
    ModifyRule: {
      writes: true,
      about: content,
      act(input, by) {
        const rule = Object.assign(ruleIn(input), contentOf(input));
        balancers.watch(by);
        return { Rules: [shapeOf(rule)] };
      },
    },
    DeleteRule: {
      writes: true,
      about: (input) => short(input.get('RuleArn')),
      act(input, by) {
        const { arn } = ruleIn(input);
        now.rules = now.rules.filter((rule) => rule.arn !== arn);
        balancers.watch(by);
        return {};
      },
    },
    ModifyTargetGroup: {
      writes: true,
      about: (input) => `${short(input.get('TargetGroupArn'))} asks for ${input.get('HealthCheckPath')}`,
      act(input) {
        if (!now.groups.includes(input.get('TargetGroupArn') ?? ''))
          throw new Refusal('TargetGroupNotFound', 'One or more target groups not found');
        return {};
      },
    },
    DescribeTargetHealth: {
      about: (input) => short(input.get('TargetGroupArn')),
      act(input) {
        const group = input.get('TargetGroupArn') ?? '';
        if (!now.groups.includes(group))
          throw new Refusal('TargetGroupNotFound', 'One or more target groups not found');
        return {
          TargetHealthDescriptions: balancers.healthIn(group).map((State, index) => ({
            Target: { Id: `10.0.0.${index + 1}`, Port: 8080 },
            TargetHealth: { State, ...(State === 'unhealthy' && { Reason: 'Target.ResponseCodeMismatch' }) },
          })),
        };
      },
    },
  };

  const balancers: LoadBalancers = {
    ...queryService('elb', 'elasticloadbalancing', actions),
    now,
    healthIn: () => [],
    watch: () => undefined,
  };
  return balancers;
}

const short = (arn: string | null) => arn?.split('/').slice(-2).join('/') ?? '';

const content = (input: URLSearchParams): string => {
  const groups = membersOf(input, 'Actions.member.1.ForwardConfig.TargetGroups');
  const weights = groups.map(({ TargetGroupArn = '', Weight }) => `${TargetGroupArn.split('/').at(-2)} ${Weight}`);
  return `${membersOf(input, 'Conditions.member.1.PathPatternConfig.Values').at(-1)?.['']} ${weights.join(', ')}`;
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html */
function pageOf(input: URLSearchParams): string {
  const page = input.get('Actions.member.1.FixedResponseConfig.MessageBody') ?? '';
  if (page.length > 1024) throw new Refusal('ValidationError', 'the message body has more than 1024 characters');
  return page;
}

const shapeOf = ({ arn, priority, paths, weights, page }: Rule): Shape => ({
  RuleArn: arn,
  Priority: String(priority),
  IsDefault: false,
  Conditions: [{ Field: 'path-pattern', Values: paths, PathPatternConfig: { Values: paths } }],
  Actions: [
    Object.keys(weights).length === 0
      ? { Type: 'fixed-response', FixedResponseConfig: { MessageBody: page ?? '' } }
      : forwarding(weights),
  ],
});

const forwarding = (weights: Rule['weights']): Shape => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
  },
});
