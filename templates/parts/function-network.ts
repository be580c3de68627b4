import { nameIn, type Site } from '../../shared/preview/model.ts';
import { arn, att, type Part } from '../template.ts';
import type { Placed } from './network.ts';
import type { Statement } from './role.ts';

/** Where a function runs in a network: it may reach others, and nobody reaches it. */
export const functionNetworkPart = (site: Site, { vpc, privateSubnets }: Placed): Part => ({
  Resources: {
    FunctionGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupName: nameIn(site, 'security-group', 'function'),
        GroupDescription: 'The function: it may reach others, and nobody reaches it',
        VpcId: vpc,
      },
    },
  },
  Outputs: {
    Subnets: {
      Description: 'Where the function runs, with commas between',
      Value: { 'Fn::Join': [',', privateSubnets] },
    },
    FunctionGroup: { Description: 'The security group of the function', Value: att('FunctionGroup', 'GroupId') },
  },
});

/** As AWS’s own policy AWSLambdaVPCAccessExecutionRole has it. */
const INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Lambda makes network interfaces under the function’s role; the code of the function has no use for them.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export const makingInterfaces = (site: Site, ...parts: string[]): Statement[] => [
  { Effect: 'Allow', Action: INTERFACES, Resource: '*' },
  {
    Effect: 'Deny',
    Action: INTERFACES,
    Resource: '*',
    Condition: {
      ArnEquals: { 'lambda:SourceFunctionArn': arn('lambda', `function:${nameIn(site, 'function', ...parts)}`) },
    },
  },
];
