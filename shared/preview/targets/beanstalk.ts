import { HOURS } from '../../cost/cost.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { type Capacity, capacityOf, rangeOf, vcpusFor } from '../capacity.ts';
import { ownDatabase } from '../database.ts';
import { instanceFor } from '../instance.ts';
import { instanceHour } from '../machines.ts';
import { nameIn, type Resource, type Site } from '../model.ts';
import { givenSettings, linksOf, requestsFrom, sentence } from '../parts/links.ts';
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
    // Instances read the database’s password as they start.
    endpoints: ownDatabase(manifest) ? [...ENDPOINTS, 'secretsmanager'] : ENDPOINTS,
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
      migrate:
        'as a leader command in an environment of one instance, which is launched for it alone and terminated afterwards',
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

const streamedFrom = (site: BeanstalkSite, colour: string): string =>
  logGroupOf(nameIn(site, 'beanstalk-environment', colour), site.manifest.beanstalk.platform);

/**
 * Elastic Beanstalk itself names the log groups that it streams to, by environment and file: the one of what the pilot's own process writes.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.cloudwatchlogs.html
 * @param platform by its name: `Docker running on 64bit Amazon Linux 2023`.
 */
export const logGroupOf = (environment: string, platform: string): string =>
  `/aws/elasticbeanstalk/${environment}/var/log/${
    platform.startsWith('Docker') ? 'eb-docker/containers/eb-current-app/stdouterr.log' : 'web.stdout.log'
  }`;

/** The log group of what runs one command for a release, by that environment's name. */
export const taskLogGroup = (environment: string): string => `/aws/elasticbeanstalk/${environment}/pilotage`;

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
      ...givenSettings(site.manifest),
    },
  };
}
