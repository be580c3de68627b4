import { planFor } from '../../shared/preview/plan.ts';
import { siteOf, TEMPLATES, VARIANTS } from '../templates/samples.ts';

/** The property that names a resource, of types that are named by it alone. */
const NAMES: Record<string, string> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::ECS::CapacityProvider': 'Name',
  'AWS::ECS::Cluster': 'ClusterName',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'Name',
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::RDS::DBInstance': 'DBInstanceIdentifier',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
};

/** Of which a plan says nothing by itself: they cost nothing, hold nothing, and come with something that it names. */
const DETAILS =
  /^AWS::(?:ApiGatewayV2::(?:ApiMapping|DomainName|Integration|Route|Stage)|CloudFront::(?:\w+Policy|VpcOrigin)|EC2::(?:EIP|InternetGateway|LaunchTemplate|Route|RouteTable|SecurityGroup|SecurityGroupIngress|Subnet|SubnetRouteTableAssociation|VPC|VPCEndpoint|VPCGatewayAttachment)|ECS::ClusterCapacityProviderAssociations|EFS::(?:AccessPoint|MountTarget)|ElasticLoadBalancingV2::(?:Listener|ListenerCertificate|ListenerRule)|IAM::\w+|RDS::(?:DBParameterGroup|DBSubnetGroup)|S3::BucketPolicy)$/;

/** What is made with releases, by itself, or for all pilots. */
const BESIDE =
  /^AWS::(?:AutoScaling::AutoScalingGroup|Budgets::Budget|CertificateManager::Certificate|CodeBuild::Project|ECS::Service|ElasticBeanstalk::\w+|Lambda::Url|SSM::Association|Scheduler::Schedule) |^AWS::Lambda::Function acme-shop-production$|^AWS::Logs::LogGroup \/aws\/elasticbeanstalk\//;

describe.each(Object.keys(VARIANTS))('the plan and the stack of %s', (variant) => {
  const site = siteOf(VARIANTS[variant] ?? '');
  const { region, account, environment } = site;
  const planned = planFor(site.manifest, { environment, region, account })
    .components.flatMap(({ resources }) => resources)
    .filter(({ shared }) => !shared)
    .map(({ type, name }) => (NAMES[type] ? `${type} ${name}` : `${type} `));
  const made = Object.values(TEMPLATES[variant]?.Resources ?? {}).map(({ Type, Properties }) => {
    const name = NAMES[Type];
    return `${Type} ${name ? Properties?.[name] : ''}`;
  });

  it('tell of the same: nothing is planned that nobody makes', () => {
    expect(planned.filter((one) => !BESIDE.test(one) && !made.includes(one))).toEqual([]);
  });

  it('tell of the same: nothing that costs or holds something is made unsaid', () => {
    expect(made.filter((one) => !DETAILS.test(one.split(' ')[0] ?? '') && !planned.includes(one))).toEqual([]);
  });
});
