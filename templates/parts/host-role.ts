import { nameIn, type Site } from '../../shared/preview/model.ts';
import { arn, att, type Resource, ref } from '../template.ts';
import { allow, EVERY_INSTANCE, role, SPEAKING, type Statement } from './role.ts';

/**
 * The role of instances that run tasks: the ECS agent's, and what Systems Manager needs
 * to run a command there. Images, secrets and logs are the execution role's, not theirs.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html
 */
export function hostProfile(site: Site): Record<string, Resource> {
  const made = role(site, 'hosts', 'ec2.amazonaws.com', statementsOf(nameIn(site, 'cluster')));
  return {
    HostRole: { ...made, Properties: { ...made.Properties, AssumeRolePolicyDocument: EVERY_INSTANCE } },
    HostProfile: {
      Type: 'AWS::IAM::InstanceProfile',
      Properties: { InstanceProfileName: nameIn(site, 'role', 'hosts'), Roles: [ref('HostRole')] },
    },
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
const statementsOf = (cluster: string): Statement[] => [
  // They know no resources.
  allow(['ecs:DiscoverPollEndpoint', 'ecs:SubmitContainerStateChange', 'ecs:SubmitTaskStateChange'], '*'),
  allow(
    ['ecs:DeregisterContainerInstance', 'ecs:RegisterContainerInstance', 'ecs:SubmitAttachmentStateChanges'],
    att('Cluster', 'Arn'),
  ),
  allow(
    ['ecs:Poll', 'ecs:StartTelemetrySession', 'ecs:UpdateContainerInstancesState'],
    arn('ecs', `container-instance/${cluster}/*`),
  ),
  allow(['ssm:UpdateInstanceInformation'], arn('ec2', 'instance/*')),
  SPEAKING,
];
