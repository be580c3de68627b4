const { allow, here, made, own, policy, retagged } = require('./pilots-words.cjs');

/** In the network that the operator shares, nothing has a pilot's tags. */
const sharedVpc = (resource) => here('ec2', resource);
const inShared = { ArnEquals: { 'ec2:Vpc': sharedVpc(`vpc/\${SharedVpc}`) } };

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
module.exports = policy('What CloudFormation may do with the networks of a pilot', [
  // Many of them know no resources, and none tells what is in a network.
  allow('lookAtAll', ['ec2:Describe*'], '*'),
  // What each of them is about besides what it makes has to be the pilot's too: the statement below.
  allow(
    'make',
    [
      'ec2:AllocateAddress',
      'ec2:CreateInternetGateway',
      'ec2:CreateNatGateway',
      'ec2:CreateRouteTable',
      'ec2:CreateSecurityGroup',
      'ec2:CreateSubnet',
      'ec2:CreateVpc',
      'ec2:CreateVpcEndpoint',
    ],
    [
      'elastic-ip',
      'internet-gateway',
      'natgateway',
      'route-table',
      'security-group',
      'subnet',
      'vpc',
      'vpc-endpoint',
    ].map((type) => here('ec2', `${type}/*`)),
    made,
  ),
  allow(
    'change',
    [
      'ec2:AssociateAddress',
      'ec2:AssociateRouteTable',
      'ec2:AttachInternetGateway',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:CreateNatGateway',
      'ec2:CreateNetworkInterface',
      'ec2:CreateRoute',
      'ec2:CreateRouteTable',
      'ec2:CreateSecurityGroup',
      'ec2:CreateSubnet',
      'ec2:CreateVpcEndpoint',
      'ec2:DeleteInternetGateway',
      'ec2:DeleteNatGateway',
      'ec2:DeleteRoute',
      'ec2:DeleteRouteTable',
      'ec2:DeleteSecurityGroup',
      'ec2:DeleteSubnet',
      'ec2:DeleteVpc',
      'ec2:DeleteVpcEndpoints',
      'ec2:DetachInternetGateway',
      'ec2:DisassociateAddress',
      'ec2:DisassociateRouteTable',
      'ec2:ModifySecurityGroupRules',
      'ec2:ModifySubnetAttribute',
      'ec2:ModifyVpcAttribute',
      'ec2:ModifyVpcEndpoint',
      'ec2:ReleaseAddress',
      'ec2:ReplaceRoute',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupIngress',
      'ec2:UpdateSecurityGroupRuleDescriptionsEgress',
      'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
    ],
    '*',
    own,
  ),
  allow('inTheSharedNetwork', ['ec2:CreateSecurityGroup'], sharedVpc(`vpc/\${SharedVpc}`)),
  allow('inItsSubnets', ['ec2:CreateNetworkInterface', 'ec2:RunInstances'], here('ec2', 'subnet/*'), inShared),
  // Those that EFS makes for its mount targets have no tags; the subnet and the groups have.
  allow('newInterfaces', ['ec2:CreateNetworkInterface'], here('ec2', 'network-interface/*')),
  allow(
    'interfaces',
    ['ec2:DeleteNetworkInterface', 'ec2:ModifyNetworkInterfaceAttribute'],
    here('ec2', 'network-interface/*'),
    { StringEqualsIfExists: own.StringEquals },
  ),
  allow('tagWhatIsMade', ['ec2:CreateTags'], '*', {
    StringEquals: {
      ...made.StringEquals,
      'ec2:CreateAction': [
        'AllocateAddress',
        'CreateInternetGateway',
        'CreateLaunchTemplate',
        'CreateNatGateway',
        'CreateRouteTable',
        'CreateSecurityGroup',
        'CreateSubnet',
        'CreateVpc',
        'CreateVpcEndpoint',
        'RunInstances',
      ],
    },
  }),
  allow('tagWhatIsThere', ['ec2:CreateTags', 'ec2:DeleteTags'], '*', retagged),
]);
