import { createHash } from 'node:crypto';
import type { Template, Value } from '../../../templates/template.ts';
import { ACCOUNT, REGION } from '../names.ts';

/** What CloudFormation calls a resource that it has made; only what the outputs of Pilotage's templates ask for. */
type Naming = (logical: string, name: string) => string;

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const idOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

export const groupIdOf = (logical: string): string => `sg-${idOf(logical)}`;

const REFERENCES: Record<string, Naming> = {
  'AWS::ElasticLoadBalancingV2::Listener': (logical) =>
    arn('elasticloadbalancing', `listener/app/pilot/${idOf('balancer')}/${idOf(logical)}`),
  'AWS::ElasticLoadBalancingV2::TargetGroup': (logical) =>
    arn('elasticloadbalancing', `targetgroup/${logical}/${idOf(logical)}`),
  'AWS::ECS::Cluster': (_, name) => name,
  'AWS::Logs::LogGroup': (_, name) => name,
  'AWS::EC2::LaunchTemplate': (logical) => `lt-${idOf(logical)}`,
  'AWS::IAM::InstanceProfile': (_, name) => name,
  'AWS::EC2::VPC': (logical) => `vpc-${idOf(logical)}`,
  'AWS::EC2::Subnet': (logical) => `subnet-${idOf(logical)}`,
  'AWS::RDS::DBInstance': (_, name) => name,
  'AWS::EFS::FileSystem': (logical) => `fs-${idOf(logical)}`,
  'AWS::EFS::AccessPoint': (logical) => `fsap-${idOf(logical)}`,
  'AWS::Lambda::Function': (_, name) => name,
};

const ATTRIBUTES: Record<string, Naming> = {
  'AWS::IAM::Role.Arn': (_, name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'AWS::IAM::InstanceProfile.Arn': (_, name) => `arn:aws:iam::${ACCOUNT}:instance-profile/${name}`,
  'AWS::SQS::Queue.Arn': (_, name) => arn('sqs', name),
  'AWS::EC2::SecurityGroup.GroupId': (logical) => groupIdOf(logical),
  'AWS::ElasticLoadBalancingV2::LoadBalancer.DNSName': (logical) => `${idOf(logical)}.elb.amazonaws.com`,
  'AWS::RDS::DBInstance.Endpoint.Address': (_, name) => `${name}.${idOf(name)}.${REGION}.rds.amazonaws.com`,
  'AWS::RDS::DBInstance.Endpoint.Port': () => '5432',
  'AWS::RDS::DBInstance.MasterUserSecret.SecretArn': (_, name) => arn('secretsmanager', `secret:rds!${name}-a1b2c3`),
  'AWS::CloudFront::Distribution.DomainName': (logical) => `d${idOf(logical)}.cloudfront.net`,
};

/** The property that holds a resource's name, where it is given one. */
const nameOf = (properties: Record<string, Value> = {}): string =>
  Object.entries(properties)
    .filter(
      ([key, value]) =>
        /^(?:(?:Role|InstanceProfile|Queue|Cluster|LogGroup|Function)Name|DBInstanceIdentifier)$/.test(key) &&
        typeof value === 'string',
    )
    .map(([, value]) => String(value))[0] ?? '';

/** The outputs of a stack that was made from this, with these parameters. @throws for what is not known here. */
export function outputsOf(
  { Resources, Outputs = {} }: Pick<Template, 'Resources' | 'Outputs'>,
  parameters: Record<string, string>,
): Record<string, string> {
  const named = (namings: Record<string, Naming>, logical: string, attribute = ''): string => {
    const { Type = 'nothing', Properties } = Resources[logical] ?? {};
    const naming = namings[Type + attribute];
    if (!naming) throw new Error(`what ${Type}${attribute} of ${logical} is, is not known here`);
    return naming(logical, nameOf(Properties) || logical);
  };
  const textOf = (value: Value): string => {
    if (typeof value !== 'object') return String(value);
    const [[key, of] = ['', '']] = Object.entries(value as Record<string, Value>);
    if (key === 'Ref') return parameters[String(of)] ?? named(REFERENCES, String(of));
    if (key === 'Fn::GetAtt') {
      const [logical = '', attribute = ''] = of as readonly string[];
      return named(ATTRIBUTES, logical, `.${attribute}`);
    }
    if (key === 'Fn::Sub' && typeof of === 'string') return of.replace(/\$\{AWS::Region\}/g, REGION);
    if (key !== 'Fn::Join') throw new Error(`${key} is not known here`);
    const [between, parts] = of as unknown as [string, Value[]];
    return parts.map(textOf).join(between);
  };
  return Object.fromEntries(Object.entries(Outputs).map(([name, { Value }]) => [name, textOf(Value)]));
}
