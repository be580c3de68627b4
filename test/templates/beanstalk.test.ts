import { templateOf } from '../../templates/index.ts';
import type { Template } from '../../templates/template.ts';
import { beanstalk, SMALL } from '../preview/samples.ts';
import { at, of, statementsOf, texts } from './reading.ts';
import { siteOf, TEMPLATES, templateIn } from './samples.ts';

const HOST = { 'Fn::Sub': `acme-shop-production--123456789012.\${AWS::Region}.elasticbeanstalk.com` };
const template = (name: string) => TEMPLATES[`beanstalk-${name}`] as Template;

describe('the stack of a pair of environments', () => {
  it('makes none of them: they come and go with releases', () => {
    for (const name of ['small', 'domain', 'single'])
      expect(texts(template(name)).filter((text) => text.startsWith('AWS::ElasticBeanstalk'))).toEqual([]);
  });

  it('has CloudFront ask the host that the environments swap, whatever is live', () => {
    const origin = (name: string) =>
      at(of(template(name), 'AWS::CloudFront::Distribution'), 0, 'Properties', 'DistributionConfig', 'Origins', 0);
    const asks = (OriginProtocolPolicy: string) => ({ DomainName: HOST, CustomOriginConfig: { OriginProtocolPolicy } });
    expect(origin('small')).toMatchObject(asks('http-only'));
    expect(origin('domain')).toMatchObject(asks('https-only'));
    // It shows no certificate.
    expect(origin('single')).toMatchObject(asks('http-only'));
  });

  it('leads a name to that host where there is no CloudFront', () => {
    const [record] = of(template('without-cdn'), 'AWS::Route53::RecordSet');
    expect(record?.Properties).toMatchObject({
      Type: 'A',
      AliasTarget: { DNSName: HOST, HostedZoneId: 'Z1FRNW7UH4DEZJ' },
    });
    const site = siteOf(`${SMALL.beanstalk}${beanstalk()}domain: {name: shop.example.com, cdn: false}\n`);
    expect(() => templateOf({ ...site, region: 'mars-north-1' })).toThrow('hosted zone');
  });

  it('has a certificate for the load balancers, and none for a single instance', () => {
    const has = (name: string) => [
      of(template(name), 'AWS::CertificateManager::Certificate').length,
      'BalancerCertificate' in (template(name).Outputs ?? {}),
    ];
    expect([has('small'), has('domain'), has('without-cdn'), has('single')]).toEqual([
      [0, false],
      [1, true],
      [1, true],
      [0, false],
    ]);
  });

  it('lets nobody but the load balancers reach the instances, and nobody but CloudFront these', () => {
    const ingress = (name: string, group: string) =>
      at(template(name).Resources, group, 'Properties', 'SecurityGroupIngress');
    expect(ingress('small', 'InstancesGroup')).toEqual([
      expect.objectContaining({ FromPort: 80, SourceSecurityGroupId: { 'Fn::GetAtt': ['FrontGroup', 'GroupId'] } }),
    ]);
    expect(ingress('domain', 'FrontGroup')).toEqual([
      expect.objectContaining({ FromPort: 443, SourcePrefixListId: { Ref: 'CloudFrontPrefixList' } }),
    ]);
    expect(ingress('single', 'FrontGroup')).toEqual([expect.objectContaining({ FromPort: 80 })]);
  });

  it('puts instances behind load balancers into private subnets, single ones where visitors come in', () => {
    const subnets = (name: string, output: string) => texts(at(template(name).Outputs, output, 'Value') ?? '').sort();
    expect(subnets('small', 'InstanceSubnets')).toContain('PrivateSubnet1');
    expect(subnets('single', 'InstanceSubnets')).toEqual(subnets('single', 'PublicSubnets'));
  });

  it('changes only what carries the tags of this pilot, in the name of Elastic Beanstalk', () => {
    const changing = statementsOf(template('small')).filter(({ Action }) =>
      Action.some((action) =>
        ['cloudformation:DeleteStack', 'elasticloadbalancing:DeleteLoadBalancer', 'ec2:TerminateInstances'].includes(
          action,
        ),
      ),
    );
    expect(changing).toHaveLength(3);
    for (const statement of changing)
      expect(statement).toMatchObject({
        Condition: {
          StringEquals: {
            'aws:ResourceTag/pilotage:pilot': 'acme-shop',
            'aws:ResourceTag/pilotage:environment': 'production',
          },
        },
      });
  });

  it('passes on no roles but the pilot’s own', () => {
    const [passing] = statementsOf(template('small')).filter(({ Action }) => Action.includes('iam:PassRole'));
    expect(texts(passing?.Resource ?? '').filter((text) => text.endsWith('Role'))).toEqual([
      'InstanceRole',
      'HealthRole',
    ]);
  });

  it('lets Elastic Beanstalk take its roles on without saying for which account', () => {
    for (const name of ['HealthRole', 'OperationsRole'])
      expect(at(template('small').Resources, name, 'Properties', 'AssumeRolePolicyDocument', 'Statement')).toEqual([
        { Effect: 'Allow', Principal: { Service: 'elasticbeanstalk.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]);
  });

  it.each([
    ['read its templates', 's3:GetObject', `elasticbeanstalk-env-resources-\${AWS::Region}/*`],
    ['remove what it has kept for an environment', 's3:DeleteObject', `elasticbeanstalk-\${AWS::Region}-`],
    ['tag the stacks that it makes', 'cloudformation:TagResource', 'stack/awseb-*'],
    ['change limits by the clock', 'autoscaling:PutScheduledUpdateGroupAction', 'autoScalingGroupName/awseb-e-*'],
    ['have AWS link its own roles', 'iam:CreateServiceLinkedRole', 'aws-service-role/elasticloadbalancing'],
  ])('lets Elastic Beanstalk %s', (_what, action, resource) => {
    const allowed = statementsOf(template('small')).filter(({ Action }) => Action.includes(action));
    expect(allowed.flatMap(({ Resource }) => texts(Resource)).some((text) => text.includes(resource))).toBe(true);
  });

  it('watches both environments', () => {
    const names = texts(of(template('small'), 'AWS::CloudWatch::Alarm')).filter((text) =>
      /--(?:blue|green)$/.test(text),
    );
    expect(new Set(names)).toEqual(new Set(['acme-shop-production--blue', 'acme-shop-production--green']));
  });

  it('keeps what leader commands write that run by themselves, where there are migrations', () => {
    const named = (more: string) =>
      of(templateIn(`${SMALL.beanstalk}${beanstalk()}${more}`), 'AWS::Logs::LogGroup').map(
        ({ DeletionPolicy, Properties }) => [Properties?.LogGroupName, DeletionPolicy],
      );
    const group = ['/aws/elasticbeanstalk/acme-shop-production--task/pilotage', 'Retain'];
    expect(named('')).not.toContainEqual(group);
    expect(named('database: {}\nmigrations: {command: [db, up], reversible: true}\n')).toContainEqual(group);
  });

  it('lets instances tell what such commands do, and claim them, whether or not there are migrations now', () => {
    const [telling] = statementsOf(template('small')).filter(({ Action }) => Action.includes('logs:CreateLogStream'));
    expect(telling?.Action).toContain('logs:PutLogEvents');
    expect(texts(telling?.Resource ?? '').some((text) => text.includes('acme-shop-production--task/*'))).toBe(true);
  });

  it('is another one for another environment', () => {
    const text = `${SMALL.beanstalk}${beanstalk()}environments: {staging: {}}\n`;
    expect(JSON.stringify(templateIn(text, 'staging'))).toContain('acme-shop-staging--123456789012');
  });
});
