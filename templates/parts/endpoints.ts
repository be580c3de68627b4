import type { ResolvedFor } from '../../shared/manifest/complete.ts';
import { type Resource, ref, sub, type Value } from '../template.ts';

interface Ways {
  /** The numbers of the zones. */
  zones: number[];
  egress: NonNullable<ResolvedFor<'ecs'>['network']>['egress'];
  services: readonly string[];
  /** Where the endpoints are. */
  subnets: Value;
  /** Who may use them. */
  cidr: string;
}

/** S3 costs nothing through an endpoint of its own; the others are there only in place of a gateway. */
export function endpoints({ zones, egress, services, subnets, cidr }: Ways): Record<string, Resource> {
  const service = (name: string) => sub(`com.amazonaws.\${AWS::Region}.${name}`);
  const s3: Resource = {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcId: ref('Vpc'),
      ServiceName: service('s3'),
      VpcEndpointType: 'Gateway',
      RouteTableIds: zones.map((number) => ref(`PrivateRoutes${number}`)),
    },
  };
  if (egress !== 'endpoints') return { S3Endpoint: s3 };
  return {
    S3Endpoint: s3,
    EndpointsGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'AWS services, for all in the network',
        VpcId: ref('Vpc'),
        SecurityGroupIngress: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: cidr, Description: 'from the network' },
        ],
      },
    },
    ...Object.fromEntries(
      services.map((name) => [
        `${logical(name)}Endpoint`,
        {
          Type: 'AWS::EC2::VPCEndpoint',
          Properties: {
            VpcId: ref('Vpc'),
            ServiceName: service(name),
            VpcEndpointType: 'Interface',
            PrivateDnsEnabled: true,
            SubnetIds: subnets,
            SecurityGroupIds: [ref('EndpointsGroup')],
          },
        } satisfies Resource,
      ]),
    ),
  };
}

/** `ecr.api` as a logical id: `EcrApi`. */
const logical = (name: string): string =>
  name
    .split(/[.-]/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
