const here = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

/** What the stacks of server pilots have and the emulator's do not take. */
export const REFUSED: Record<string, { type: string; properties: object; needs?: object }> = {
  cfn_gateways: {
    type: 'AWS::EC2::NatGateway',
    properties: { AllocationId: { 'Fn::GetAtt': ['Address', 'AllocationId'] }, SubnetId: 'subnet-1' },
    needs: { Address: { Type: 'AWS::EC2::EIP', Properties: { Domain: 'vpc' } } },
  },
  cfn_group_rules: {
    type: 'AWS::EC2::SecurityGroupIngress',
    properties: {
      GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
      ...{
        IpProtocol: 'tcp',
        FromPort: 2049,
        ToPort: 2049,
        SourceSecurityGroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] },
      },
    },
    needs: { Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { GroupDescription: 'of a fault' } } },
  },
  cfn_vpc_origin: {
    type: 'AWS::CloudFront::VpcOrigin',
    properties: {
      VpcOriginEndpointConfig: { Name: 'faults', Arn: { Ref: 'Balancer' }, OriginProtocolPolicy: 'http-only' },
    },
    needs: {
      Balancer: {
        Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        Properties: { Name: 'origin', Scheme: 'internal' },
      },
    },
  },
  cfn_alarm_metrics: {
    type: 'AWS::CloudWatch::Alarm',
    properties: {
      ...{ AlarmName: 'faults', ComparisonOperator: 'GreaterThanThreshold', Threshold: 1, EvaluationPeriods: 1 },
      Metrics: [
        {
          Id: 'calls',
          ReturnData: false,
          MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName: 'Invocations' }, Period: 60, Stat: 'Sum' },
        },
        { Id: 'result', ReturnData: true, Expression: 'calls * 2' },
      ],
    },
  },
};

/** The one under which stacks are made. */
export const SERVICE_ROLE = 'arn:aws:iam::000000000000:role/service';

/** A role that names what it may do something with, and a function that tells with whose credentials it runs. */
export const roleTemplate = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'faults',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 'elasticloadbalancing:ModifyRule',
                  Resource: here('elasticloadbalancing', 'listener-rule/app/faults/*'),
                },
                {
                  Effect: 'Allow',
                  Action: 'elasticloadbalancing:ModifyTargetGroup',
                  Resource: here('elasticloadbalancing', 'targetgroup/*'),
                  Condition: { StringLike: { 'aws:ResourceTag/faults': '*' } },
                },
                {
                  Effect: 'Allow',
                  Action: 'ecs:UpdateService',
                  Resource: here('ecs', 'service/faults/web'),
                  Condition: { ArnEquals: { 'ecs:cluster': here('ecs', 'cluster/faults') } },
                },
                {
                  Effect: 'Allow',
                  Action: ['lambda:GetAlias', 'lambda:UpdateAlias'],
                  Resource: here('lambda', 'function:faults-*'),
                },
                {
                  Effect: 'Allow',
                  Action: 'application-autoscaling:RegisterScalableTarget',
                  Resource: here('application-autoscaling', 'scalable-target/*'),
                  Condition: { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
                },
                {
                  Effect: 'Allow',
                  Action: 'elasticfilesystem:DescribeAccessPoints',
                  Resource: here('elasticfilesystem', 'file-system/*'),
                },
                {
                  Effect: 'Allow',
                  Action: 'elasticfilesystem:CreateAccessPoint',
                  Resource: here('elasticfilesystem', 'file-system/*'),
                  Condition: { StringLike: { 'aws:ResourceTag/faults': '*', 'aws:RequestTag/made': '*' } },
                },
                {
                  Effect: 'Allow',
                  Action: 'cloudformation:DeleteStack',
                  Resource: here('cloudformation', 'stack/*'),
                  Condition: { StringEquals: { 'cloudformation:RoleArn': SERVICE_ROLE } },
                },
              ],
            },
          },
        ],
      },
    },
    Who: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'faults-who',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: {
          ZipFile: `exports.handler = async () => ({
            accessKeyId: process.env.AWS_ACCESS_KEY_ID,
            secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
            sessionToken: process.env.AWS_SESSION_TOKEN,
          })`,
        },
      },
    },
    // Writes down what it is told, one line each.
    Note: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'faults-note',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: {
          ZipFile: `exports.handler = async (event) =>
            require('node:fs').appendFileSync(require('node:os').tmpdir() + '/told', JSON.stringify(event) + '\\n')`,
        },
      },
    },
    Told: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.cloudwatch', 'aws.ecs', 'faults'] },
        Targets: [{ Id: 'note', Arn: { 'Fn::GetAtt': ['Note', 'Arn'] } }],
      },
    },
  },
};
