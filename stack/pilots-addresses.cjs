const { allow, arn, made, own, policy, tagged } = require('./pilots-words.cjs');

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html
 */
module.exports = policy('What CloudFormation may do with the addresses of a pilot', [
  // Certificates of CloudFront lie in us-east-1.
  allow('certificates', ['acm:RequestCertificate'], arn(`acm:*:\${AWS::AccountId}:certificate/*`), made),
  allow('tagCertificates', ['acm:AddTagsToCertificate'], arn(`acm:*:\${AWS::AccountId}:certificate/*`), tagged),
  // The operator's may be used too.
  allow('lookAtCertificates', ['acm:DescribeCertificate'], arn(`acm:*:\${AWS::AccountId}:certificate/*`)),
  allow(
    'changeCertificates',
    ['acm:DeleteCertificate', 'acm:ListTagsForCertificate', 'acm:UpdateCertificateOptions'],
    arn(`acm:*:\${AWS::AccountId}:certificate/*`),
    own,
  ),
  allow(
    'distributions',
    ['cloudfront:CreateDistribution', 'cloudfront:CreateDistributionWithTags', 'cloudfront:CreateVpcOrigin'],
    arn(`cloudfront::\${AWS::AccountId}:*`),
    made,
  ),
  allow('tagDistributions', ['cloudfront:TagResource'], arn(`cloudfront::\${AWS::AccountId}:*`), tagged),
  allow(
    'changeDistributions',
    [
      'cloudfront:DeleteDistribution',
      'cloudfront:DeleteVpcOrigin',
      'cloudfront:GetDistribution',
      'cloudfront:GetDistributionConfig',
      'cloudfront:GetVpcOrigin',
      'cloudfront:ListTagsForResource',
      'cloudfront:UpdateDistribution',
      'cloudfront:UpdateVpcOrigin',
    ],
    arn(`cloudfront::\${AWS::AccountId}:*`),
    own,
  ),

  // Zones are for many pilots, and have no tags of theirs: what may stand in them is of few kinds.
  allow('records', ['route53:ChangeResourceRecordSets'], arn('route53:::hostedzone/*'), {
    'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'AAAA', 'CNAME'] },
  }),
  allow(
    'zones',
    ['route53:GetChange', 'route53:GetHostedZone', 'route53:ListResourceRecordSets'],
    [arn('route53:::hostedzone/*'), arn('route53:::change/*')],
  ),
]);
