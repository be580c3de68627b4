import { type Loaded, loadManifest } from '../../shared/manifest/load.ts';
import { loadOf } from '../../shared/preview/load.ts';
import { templateOf } from '../../templates/index.ts';
import { type Resource, ref, type Template } from '../../templates/template.ts';

/**
 * The stack of a service as it is without Pilotage: the same resources, and in
 * the template besides what a release changes, which are the task definition, the one service, and
 * the rule that gives it the traffic.
 */
export function wholeTemplate(manifest: string): Template {
  const { manifest: resolved } = loaded(manifest);
  if (resolved.target !== 'ecs') throw new Error('no service');
  const { ecs, source } = resolved;
  const template = templateOf({
    manifest: resolved,
    environment: 'production',
    account: '000000000000',
    region: 'us-east-1',
    load: loadOf(resolved.traffic),
  });
  if (!template) throw new Error('no template');
  const { Boundary: _, ...Parameters } = template.Parameters ?? {};
  if (Object.keys(Parameters).length > 0) throw new Error(`it wants ${Object.keys(Parameters)}`);
  const { Parameters: __, ...rest } = template;
  return { ...rest, Resources: { ...unbounded(template.Resources), ...released(ecs.port, source.image ?? '') } };
}

function loaded(manifest: string): Extract<Loaded, { ok: true }> {
  const found = loadManifest(Buffer.from(manifest), 'pilot.yaml', 'production');
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found;
}

/** The boundary is Pilotage's, and so are the load balancer's open doors. */
const unbounded = (resources: Record<string, Resource>): Record<string, Resource> =>
  Object.fromEntries(
    Object.entries(resources).map(([name, resource]) => {
      const { PermissionsBoundary: _, ...Properties } = resource.Properties ?? {};
      return [name, { ...resource, Properties }];
    }),
  );

const released = (ContainerPort: number, Image: string): Record<string, Resource> => ({
  Task: {
    Type: 'AWS::ECS::TaskDefinition',
    Properties: {
      Family: ref('AWS::StackName'),
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      Cpu: '256',
      Memory: '512',
      ContainerDefinitions: [{ Name: 'app', Image, PortMappings: [{ ContainerPort }] }],
    },
  },
  Service: {
    Type: 'AWS::ECS::Service',
    DependsOn: ['LiveRule'],
    Properties: {
      ServiceName: ref('AWS::StackName'),
      Cluster: ref('Cluster'),
      TaskDefinition: ref('Task'),
      DesiredCount: 1,
      LaunchType: 'FARGATE',
      LoadBalancers: [{ TargetGroupArn: ref('BlueTargets'), ContainerName: 'app', ContainerPort }],
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: [ref('PrivateSubnet1')],
          SecurityGroups: [{ 'Fn::GetAtt': ['TargetsGroup', 'GroupId'] }],
        },
      },
    },
  },
  LiveRule: {
    Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    Properties: {
      ListenerArn: ref('Listener'),
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: ref('BlueTargets') }],
    },
  },
});
