const { allow, here, made, own, policy, retagged } = require('./pilots-words.cjs');

/** In the network that the operator shares, nothing has a pilot's tags. */
const sharedVpc = (resource) => here('ec2', resource);
const inShared = { ArnEquals: { 'ec2:Vpc': sharedVpc(`vpc/\${SharedVpc}`) } };

/**
 * What each action makes. They stand together by what they need besides, none of which is made by one beside it: so the tags
 * that something new is given say nothing about what is there.
 */
const ALONE = { AllocateAddress: 'elastic-ip', CreateInternetGateway: 'internet-gateway', CreateVpc: 'vpc' };
const IN_A_NETWORK = {
  CreateRouteTable: 'route-table',
  CreateSecurityGroup: 'security-group',
  CreateSubnet: 'subnet',
};
const IN_SUBNETS = { CreateNatGateway: 'natgateway', CreateVpcEndpoint: 'vpc-endpoint' };

const called = (actions) => Object.keys(actions).map((action) => `ec2:${action}`);
const ofTypes = (types) => types.map((type) => here('ec2', `${type}/*`));
const making = (sid, actions) => allow(sid, called(actions), ofTypes(Object.values(actions)), made);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
module.exports = policy('What CloudFormation may do with the networks of a pilot', [
  // Many of them know no resources, and none tells what is in a network.
  allow('lookAtAll', ['ec2:Describe*'], '*'),
  making('make', ALONE),
  making('makeInNetworks', IN_A_NETWORK),
  making('makeInSubnets', IN_SUBNETS),
  allow(
    'useForThem',
    called({ ...IN_A_NETWORK, ...IN_SUBNETS }),
    ofTypes(['elastic-ip', 'route-table', 'security-group', 'subnet', 'vpc']),
    own,
  ),
  allow(
    'change',
    [
      'ec2:AssociateAddress',
      'ec2:AssociateRouteTable',
      'ec2:AttachInternetGateway',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:CreateNetworkInterface',
      'ec2:CreateRoute',
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
  // Those that EFS makes for its mount targets have no tags: that one may be made, the tags of subnet and groups say. Of those that
  // nobody has tagged, only ones that nothing uses any longer can be removed.
  allow('newInterfaces', ['ec2:CreateNetworkInterface'], here('ec2', 'network-interface/*')),
  allow('removeInterfaces', ['ec2:DeleteNetworkInterface'], here('ec2', 'network-interface/*'), {
    StringEqualsIfExists: own.StringEquals,
  }),
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
  // Groups that were made before entrances were marked (templates/parts/edge.ts) get that mark, and stay whose they are.
  allow('markEntrances', ['ec2:CreateTags'], here('ec2', 'security-group/*'), {
    StringEquals: { ...own.StringEquals, 'aws:RequestTag/pilotage:edge': 'entrance' },
    StringEqualsIfExists: made.StringEquals,
  }),
]);
