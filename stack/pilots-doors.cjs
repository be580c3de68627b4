const { allow, made, own, policy, retagged, sub, tagged } = require('./pilots-words.cjs');

const apis = ['/apis', '/domainnames'];
const gateway = (path) => sub(`arn:\${AWS::Partition}:apigateway:\${AWS::Region}::${path}`);
const balancing = (...actions) => actions.map((action) => `elasticloadbalancing:${action}`);

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
 */
module.exports = policy('What CloudFormation may do with the load balancers and APIs of a pilot', [
  // None of them knows resources.
  allow('lookAtAll', balancing('Describe*'), '*'),
  allow('balancers', balancing('CreateLoadBalancer', 'CreateTargetGroup'), '*', made),
  allow(
    'changeBalancers',
    balancing(
      'CreateListener',
      'CreateRule',
      'DeleteListener',
      'DeleteLoadBalancer',
      'DeleteRule',
      'DeleteTargetGroup',
      'DeregisterTargets',
      'ModifyListener',
      'ModifyListenerAttributes',
      'ModifyLoadBalancerAttributes',
      'ModifyRule',
      'ModifyTargetGroup',
      'ModifyTargetGroupAttributes',
      'RegisterTargets',
      'SetIpAddressType',
      'SetRulePriorities',
      'SetSecurityGroups',
      'SetSubnets',
    ),
    '*',
    own,
  ),
  allow('tagNewBalancers', balancing('AddTags'), '*', {
    StringEquals: {
      ...made.StringEquals,
      'elasticloadbalancing:CreateAction': ['CreateListener', 'CreateLoadBalancer', 'CreateRule', 'CreateTargetGroup'],
    },
  }),
  allow('tagBalancers', balancing('AddTags', 'RemoveTags'), '*', retagged),

  allow('apis', ['apigateway:GET'], apis.map(gateway)),
  allow('newApis', ['apigateway:POST'], apis.map(gateway), made),
  // What is below an API has no tags of its own; API Gateway takes those of the API.
  allow(
    'changeApis',
    ['apigateway:DELETE', 'apigateway:GET', 'apigateway:PATCH', 'apigateway:POST', 'apigateway:PUT'],
    apis.map((path) => gateway(`${path}/*`)),
    own,
  ),
  // An API's access log; they know no resources: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
  allow(
    'accessLogs',
    [
      'CreateLogDelivery',
      'DeleteLogDelivery',
      'DescribeResourcePolicies',
      'GetLogDelivery',
      'ListLogDeliveries',
      'PutResourcePolicy',
      'UpdateLogDelivery',
    ].map((action) => `logs:${action}`),
    '*',
  ),
  allow('tagApis', ['apigateway:PUT', 'apigateway:POST', 'apigateway:TagResource'], gateway('/tags/*'), tagged),
]);
