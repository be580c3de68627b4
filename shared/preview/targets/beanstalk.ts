import { HOURS } from '../../cost/cost.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { type Capacity, capacityOf, rangeOf, vcpusFor } from '../capacity.ts';
import { instanceFor } from '../instance.ts';
import { instanceHour } from '../machines.ts';
import { nameIn, type Resource, type Site } from '../model.ts';
import { linksOf, requestsFrom, secretSettings, sentence } from '../parts/links.ts';
import { alwaysPerHour, machinesPerHour, runningUses } from '../uses.ts';
import { besideOnInstances } from './beside.ts';
import { COLOURS } from './server.ts';
import type { Door, TargetPlan } from './target.ts';

type BeanstalkSite = Site<ResolvedFor<'beanstalk'>>;

const ENDPOINTS = ['elasticbeanstalk', 'elasticbeanstalk-health', 'cloudformation', 'logs', 'ssm'];

/** Two Elastic Beanstalk environments, blue and green, whose addresses are swapped. */
export function beanstalkPlan(site: BeanstalkSite): TargetPlan {
  const { manifest, load } = site;
  const { type, vcpus } = instanceFor(manifest.beanstalk.instance, vcpusFor(load, manifest));
  const size = `${type}, ${manifest.beanstalk.disk} GB of disk`;
  const isSingle = manifest.beanstalk.loadBalancer === 'none';
  const capacity = isSingle ? single(size) : capacityOf(manifest, load, 'instance', { size, vcpus });
  const door: Door = {
    cdn: manifest.domain?.cdn === false ? 'none' : 'own',
    balancer: isSingle ? 'none' : 'of each environment',
    network: isSingle ? 'public' : 'private',
    endpoints: ENDPOINTS,
  };
  return {
    capacity,
    door,
    logGroups: COLOURS.map((colour) => streamedFrom(site, colour)),
    components: [
      {
        name: 'environments',
        function: 'Answer requests, on a platform that AWS keeps up to date',
        fits: sentence([requestsFrom(door), linksOf(manifest)]),
        resources: [
          {
            type: 'AWS::ElasticBeanstalk::Application',
            name: nameIn(site, 'beanstalk-application'),
            settings: { platform: `${manifest.beanstalk.platform}, its newest version` },
          },
          ...COLOURS.map((colour) => environmentIn(site, type, capacity, colour)),
        ],
        uses: runningUses(capacity, load, [
          machinesPerHour(type, instanceHour(type)),
          alwaysPerHour('disks', 'ebs.gp3.gb-month', manifest.beanstalk.disk / HOURS),
          ...(isSingle ? [alwaysPerHour('public address', 'ipv4.hour', 1)] : []),
        ]),
      },
      ...besideOnInstances(site, 'the instances'),
    ],
    rollout: {
      prepare:
        'Create the idle environment with the live one’s configuration and the new version, and wait until its health is green',
      pointer: 'the address (CNAME) that the two environments swap; DNS follows within a minute or so',
      retire:
        manifest.beanstalk.idle === 'keep'
          ? 'The old environment stays'
          : 'The old environment is terminated once DNS has forgotten it',
      back:
        manifest.beanstalk.idle === 'keep'
          ? 'the old environment, which a swap brings back'
          : 'the old environment until it is terminated, then its application version, which is deployed again',
    },
  };
}

/** Elastic Beanstalk itself names what it streams to, by environment and file. */
const streamedFrom = (site: BeanstalkSite, colour: string): string =>
  `/aws/elasticbeanstalk/${nameIn(site, 'beanstalk-environment', colour)}/var/log/web.stdout.log`;

const single = (size: string): Capacity => ({
  unit: 'instance',
  size,
  min: 1,
  max: 1,
  spot: { min: 0, beyond: 0 },
  derived: ['exactly one: beanstalk.loadBalancer is none'],
});

function environmentIn(site: BeanstalkSite, type: string, { min, max }: Capacity, colour: string): Resource {
  const { beanstalk } = site.manifest;
  return {
    type: 'AWS::ElasticBeanstalk::Environment',
    name: nameIn(site, 'beanstalk-environment', colour),
    settings: {
      tier: beanstalk.tier,
      instance: type,
      instances: rangeOf(min, max),
      disk: `${beanstalk.disk} GB gp3`,
      'load balancer': beanstalk.loadBalancer,
      ...beanstalk.options,
      ...secretSettings(site.manifest),
    },
  };
}
