import { HOURS } from '../../cost/cost.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { capacityOf, rangeOf, vcpusFor } from '../capacity.ts';
import { architectureOfImage, type Instance, instanceFor } from '../instance.ts';
import { instanceHour } from '../machines.ts';
import { type Component, nameIn, type Resource, type Site } from '../model.ts';
import { givenSettings, linksOf, requestsFrom, sentence } from '../parts/links.ts';
import { alwaysPerHour, machinesPerHour, runningUses } from '../uses.ts';
import { besideOnInstances } from './beside.ts';
import { alikeTo } from './ecs-machines.ts';
import { doorOfServer } from './server.ts';
import type { TargetPlan } from './target.ts';

type Ec2Site = Site<ResolvedFor<'ec2'>>;

const ENDPOINTS = ['autoscaling', 'ssm', 'ssmmessages', 'ec2messages', 'logs', 'secretsmanager'];

/** Two Auto Scaling groups, blue and green, behind one load balancer. */
export function ec2Plan(site: Ec2Site): TargetPlan {
  const { manifest, load } = site;
  const { type, vcpus } = instanceOf(site);
  const size = `${type}, ${manifest.ec2.disk} GB of disk`;
  const capacity = capacityOf(manifest, load, 'instance', { size, vcpus });
  const door = doorOfServer(manifest, ENDPOINTS);
  const instances: Component = {
    name: 'instances',
    function: 'Answer requests',
    fits: sentence([requestsFrom(door), linksOf(manifest), 'reached through Run Command, never by SSH']),
    resources: [
      {
        type: 'AWS::EC2::LaunchTemplate',
        name: nameIn(site, 'launch-template'),
        settings: {
          instance: type,
          disk: `${manifest.ec2.disk} GB gp3, encrypted`,
          image: manifest.ec2.image,
          port: String(manifest.ec2.port),
          ...(manifest.ec2.start && { start: manifest.ec2.start.join(' ') }),
          ...(manifest.ec2.mount && { volume: manifest.ec2.mount }),
          ...givenSettings(manifest),
        },
      },
      ...(['blue', 'green'] as const).map((colour) => groupIn(site, capacity, colour)),
    ],
    uses: runningUses(capacity, load, [
      machinesPerHour(type, instanceHour(type)),
      alwaysPerHour('disks', 'ebs.gp3.gb-month', manifest.ec2.disk / HOURS),
    ]),
  };
  return {
    capacity,
    door,
    components: [instances, ...besideOnInstances(site, 'the instances')],
    rollout: {
      prepare:
        'Start the idle colour’s instances from a new version of the launch template and wait until the load balancer finds them well',
      migrate: 'on an instance that is started for it alone and ended afterwards',
      pointer: 'the weights of the load balancer’s rule',
      retire: 'The old colour’s instances stop once nothing is connected to them',
      back: 'the old colour’s instances until they are retired, then its launch template version, which starts them again',
    },
  };
}

const instanceOf = ({ manifest, load }: Ec2Site): Instance =>
  instanceFor(manifest.ec2.instance, vcpusFor(load, manifest), architectureOfImage(manifest.ec2.image));

/** The instance type, and those as large that may stand in on spot, where the manifest leaves the choice. */
export function typesFor(site: Ec2Site): string[] {
  const { ec2, capacity } = site.manifest;
  const { type } = instanceOf(site);
  return [type, ...(capacity.spot > 0 && ec2.instance === undefined ? alikeTo(type) : [])];
}

function groupIn(site: Ec2Site, { min, max }: { min: number; max: number }, colour: string): Resource {
  const { capacity, scaling } = site.manifest;
  return {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    name: nameIn(site, 'scaling-group', colour),
    settings: {
      instances: `${rangeOf(min, max)}, aiming at ${scaling.cpu} % CPU`,
      bought: capacity.spot > 0 ? `${capacity.base} on demand, ${capacity.spot} % of the rest on spot` : 'on demand',
    },
  };
}
