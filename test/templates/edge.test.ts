import type { Template } from '../../templates/template.ts';
import { at } from './reading.ts';
import { TEMPLATES } from './samples.ts';

const template = (name: string) => TEMPLATES[name] as Template;
const output = (name: string, key: string) => at(template(name).Outputs, key, 'Value');
const ingress = (name: string, group: string) =>
  at(template(name).Resources, group, 'Properties', 'SecurityGroupIngress');
const idOf = (group: string) => ({ 'Fn::GetAtt': [group, 'GroupId'] });
const joined = (...groups: string[]) => ({ 'Fn::Join': [',', groups.map(idOf)] });
const edgeGroups = (name: string) => Object.keys(template(name).Resources).filter((one) => /^EdgeGroup\d$/.test(one));

describe('who lets CloudFront in', () => {
  it('is Pilotage in the mode rules: groups without rules of CloudFormation’s own, all of them before the load balancer', () => {
    expect(edgeGroups('ecs-rules')).toEqual(['EdgeGroup1']);
    for (const group of ['BalancerGroup', 'EdgeGroup1']) expect(ingress('ecs-rules', group) ?? []).toEqual([]);
    expect(at(template('ecs-rules').Resources, 'Balancer', 'Properties', 'SecurityGroups')).toEqual(
      ['BalancerGroup', 'EdgeGroup1'].map(idOf),
    );
    // The main group last: it has room for what another mode puts there.
    expect(output('ecs-rules', 'EdgeGroups')).toEqual(joined('EdgeGroup1', 'BalancerGroup'));
    expect([output('ecs-rules', 'EdgePort'), output('ecs-rules', 'EdgeRanges')]).toEqual([
      '80',
      'CLOUDFRONT_ORIGIN_FACING IPv4 IPv6',
    ]);
    expect(edgeGroups('lambda-balancer-rules')).toEqual(['EdgeGroup1']);
  });

  it('has five groups for all of CloudFront, and is told which families', () => {
    expect(edgeGroups('ecs-rules-all')).toHaveLength(4);
    expect([output('ecs-rules-all', 'EdgePort'), output('ecs-rules-all', 'EdgeRanges')]).toEqual([
      '443',
      'CLOUDFRONT IPv4',
    ]);
  });

  it('is a list for each family in the mode prefix-list', () => {
    const of = (list: string) => expect.objectContaining({ SourcePrefixListId: { Ref: list }, FromPort: 80 });
    expect(ingress('ecs-lists', 'BalancerGroup')).toEqual([of('EdgeListIpv4'), of('EdgeListIpv6')]);
    expect(ingress('beanstalk-lists', 'FrontGroup')).toEqual([of('EdgeListIpv4')]);
    expect(output('ecs-lists', 'EdgeLists')).toEqual({
      'Fn::Join': [',', [{ Ref: 'EdgeListIpv4' }, { Ref: 'EdgeListIpv6' }]],
    });
    expect(Object.keys(template('ecs-lists').Parameters ?? {})).not.toContain('CloudFrontPrefixList');
  });

  it('fills first, of a pair of environments, the group that those have which serve already', () => {
    expect(output('beanstalk-rules', 'EdgeGroups')).toEqual(joined('FrontGroup', 'EdgeGroup1'));
    expect(output('beanstalk-rules', 'FrontGroups')).toEqual(joined('FrontGroup', 'EdgeGroup1'));
    expect(output('beanstalk-small', 'FrontGroups')).toBeUndefined();
  });

  it('marks in every mode the groups in which Pilotage may make and remove rules, and no other one', () => {
    const marked = (name: string) =>
      Object.entries(template(name).Resources)
        .filter(([, { Type }]) => Type === 'AWS::EC2::SecurityGroup')
        .filter(([, { Properties }]) => JSON.stringify(Properties?.Tags ?? []).includes('"pilotage:edge"'))
        .map(([group]) => group)
        .sort();
    expect(marked('ecs-rules-all')).toEqual(['BalancerGroup', 'EdgeGroup1', 'EdgeGroup2', 'EdgeGroup3', 'EdgeGroup4']);
    expect(marked('beanstalk-rules')).toEqual(['EdgeGroup1', 'FrontGroup']);
    for (const name of ['ecs-small', 'ecs-lists', 'lambda-balancer']) expect(marked(name)).toEqual(['BalancerGroup']);
    expect(marked('beanstalk-small')).toEqual(['FrontGroup']);
    expect(at(template('ecs-small').Resources, 'BalancerGroup', 'Properties', 'Tags')).toEqual([
      { Key: 'pilotage:edge', Value: 'entrance' },
    ]);
  });

  it('is AWS’s own list in the other modes, inside the network, too', () => {
    for (const name of ['ecs-small', 'ecs-shared-network', 'lambda-balancer']) {
      expect(ingress(name, 'BalancerGroup')).toEqual([
        expect.objectContaining({ SourcePrefixListId: { Ref: 'CloudFrontPrefixList' } }),
      ]);
      expect(Object.keys(template(name).Outputs ?? {}).filter((key) => key.startsWith('Edge'))).toEqual([]);
    }
  });
});
