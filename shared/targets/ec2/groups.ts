import type { AutoScalingGroup, Instance } from '@aws-sdk/client-auto-scaling';
import { findGroups } from '../../aws/auto-scaling.ts';
import { findVersions, type TemplateVersion } from '../../aws/launch-templates.ts';
import { limitsIn } from '../balanced/bearing.ts';
import { COLOURS, type Colour } from '../balanced/colours.ts';
import type { Standing, Standings } from '../balanced/fleet.ts';
import type { Plan } from '../target.ts';
import { groupName } from './names.ts';
import type { Stack } from './stack.ts';
import { releaseIn } from './template-version.ts';

/** A colour's Auto Scaling group as it is now. */
export interface Colouring extends Standing {
  /** The version of the launch template that new instances are started from. */
  version: string;
  /** The fewest and the most that scaling may make of it. */
  min: number;
  max: number;
  /** Instances of that version that are in service. */
  running: number;
  /** Instances of other versions that have not begun to end. */
  older: number;
  /** Instances of whatever version that have not begun to end, those that are being started among them. */
  staying: number;
  /** No share of it is to be spot. */
  allOnDemand: boolean;
  tags: Record<string, string>;
  /** By which deployment it was brought up, and when; undefined where none says. */
  begun?: Begun;
}

export interface Begun {
  deployment: string;
  at: Date;
}

export type Colours = Standings<Colouring>;

/** A tag of the group; its value is that of `beginning`. */
export const BEGUN = 'pilotage:begun';
export const beginning = ({ deployment, at }: Begun): string => `${at.toISOString()} ${deployment}`;

/** Both colours' groups, as far as they are there; two calls. */
export async function seeGroups(plan: Plan, { template }: Stack): Promise<Colours> {
  const found = await findGroups(COLOURS.map((colour) => groupName(plan, colour)));
  const numbers = found.flatMap((group) => specificationOf(group, template)?.Version ?? []);
  const versions = await findVersions(template, [...new Set(numbers)]);
  return Object.fromEntries(
    COLOURS.flatMap((colour) => {
      const group = found.find(({ AutoScalingGroupName: name }) => name === groupName(plan, colour));
      return group ? [[colour, colouringOf(colour, group, template, versions)]] : [];
    }),
  );
}

const specificationOf = ({ MixedInstancesPolicy }: AutoScalingGroup, template: string) => {
  const specification = MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  return specification?.LaunchTemplateId === template ? specification : undefined;
};

/** Not yet, or not any more, what the load balancer may find well. */
const ENDING = /^(?:Terminat|Detach|Standby|EnteringStandby)/;

export function colouringOf(
  colour: Colour,
  group: AutoScalingGroup,
  template: string,
  versions: readonly TemplateVersion[],
): Colouring {
  const { AutoScalingGroupName: name = '', Instances = [], MixedInstancesPolicy, Tags = [], Status } = group;
  const version = specificationOf(group, template)?.Version ?? '';
  const release = releaseIn(versions.find(({ number }) => number === version)?.description ?? '');
  const isOfIt = (one: Instance) => one.LaunchTemplate?.Version === version;
  const staying = Instances.filter((one) => !ENDING.test(one.LifecycleState ?? ''));
  const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  const [begun, limits] = [begunIn(tags[BEGUN]), limitsIn(tags)];
  return {
    colour,
    name,
    ...(release && { release }),
    isGoing: /^Delete/i.test(Status ?? ''),
    desired: group.DesiredCapacity ?? 0,
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    version,
    running: Instances.filter((one) => isOfIt(one) && one.LifecycleState === 'InService').length,
    older: staying.filter((one) => !isOfIt(one)).length,
    staying: staying.length,
    allOnDemand: (MixedInstancesPolicy?.InstancesDistribution?.OnDemandPercentageAboveBaseCapacity ?? 100) === 100,
    tags,
    ...(begun && { begun }),
    ...(limits && { limits }),
  };
}

function begunIn(value: string | undefined): Begun | undefined {
  const [at = '', deployment] = value?.split(' ') ?? [];
  return deployment ? { deployment, at: new Date(at) } : undefined;
}
