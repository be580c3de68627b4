import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';

interface Aws {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** All in AWS, beside S3 and the table, whose name or address has a pilot's in one environment in it: `acme-pr1`. */
export async function tracesOf(aws: Aws, name: string): Promise<string[]> {
  const elb = new ElasticLoadBalancingV2Client(aws);
  const [stacks, functions, roles, rules, groups, balancers, targets, alarms, logs, repositories, scaled] =
    await Promise.all([
      new CloudFormationClient(aws).send(new DescribeStacksCommand({})),
      new LambdaClient(aws).send(new ListFunctionsCommand({})),
      new IAMClient(aws).send(new ListRolesCommand({})),
      new EventBridgeClient(aws).send(new ListRulesCommand({})),
      new EC2Client(aws).send(new DescribeSecurityGroupsCommand({})),
      elb.send(new DescribeLoadBalancersCommand({})),
      elb.send(new DescribeTargetGroupsCommand({})),
      new CloudWatchClient(aws).send(new DescribeAlarmsCommand({})),
      new CloudWatchLogsClient(aws).send(new DescribeLogGroupsCommand({})),
      new ECRClient(aws).send(new DescribeRepositoriesCommand({})),
      new ApplicationAutoScalingClient(aws).send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' })),
    ]);
  const found = {
    stack: (stacks.Stacks ?? []).flatMap(({ StackName, StackStatus }) =>
      StackStatus === 'DELETE_COMPLETE' ? [] : StackName,
    ),
    function: (functions.Functions ?? []).map(({ FunctionName }) => FunctionName),
    role: (roles.Roles ?? []).map(({ RoleName }) => RoleName),
    rule: (rules.Rules ?? []).map(({ Name }) => Name),
    group: (groups.SecurityGroups ?? []).map(({ GroupName, Tags = [] }) =>
      [GroupName, ...Tags.map(({ Value }) => Value)].join(' '),
    ),
    balancer: (balancers.LoadBalancers ?? []).map(({ LoadBalancerName }) => LoadBalancerName),
    targets: (targets.TargetGroups ?? []).map(({ TargetGroupName }) => TargetGroupName),
    alarm: (alarms.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName),
    logs: (logs.logGroups ?? []).map(({ logGroupName }) => logGroupName),
    images: (repositories.repositories ?? []).map(({ repositoryName }) => repositoryName),
    scaled: (scaled.ScalableTargets ?? []).map(({ ResourceId }) => ResourceId),
    ...(await servicesOf(aws)),
  };
  // Folders are joined by other signs than names.
  const isOf = (one = '') => one.replaceAll('/', '-').includes(name);
  return Object.entries(found).flatMap(([kind, names]) => names.filter(isOf).map((one) => `${kind} ${one}`));
}

async function servicesOf(aws: Aws) {
  const ecs = new ECSClient(aws);
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  const services = await Promise.all(
    clusterArns.map(async (cluster) => {
      const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster }));
      if (serviceArns.length === 0) return [];
      const told = await ecs.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
      return (told.services ?? []).flatMap(({ serviceName, status }) => (status === 'INACTIVE' ? [] : serviceName));
    }),
  );
  const defined = await Promise.all(
    (['ACTIVE', 'INACTIVE'] as const).map((status) => ecs.send(new ListTaskDefinitionsCommand({ status }))),
  );
  return {
    cluster: clusterArns,
    service: services.flat(),
    definition: defined.flatMap(({ taskDefinitionArns = [] }) => taskDefinitionArns),
  };
}
