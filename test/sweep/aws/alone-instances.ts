import type { AlonePort, Lone } from './alone.ts';
import type { Ec2Action } from './ec2.ts';
import { Refusal, type Shape } from './query.ts';

/**
 * Instances that are started one by one.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
 */
export const loneActions = (alone: AlonePort): Record<string, Ec2Action> => ({
  DescribeInstances: {
    writes: false,
    mayBeStale: true,
    about: (input) => input.get('Filter.3.Value.1') ?? input.get('Filter.3.Name') ?? '',
    act: (input, _, stale) => ({
      reservationSet: alone
        .seenBy(stale)
        .instances.filter((one) => isMeant(one, input))
        .map((one) => ({ instancesSet: [shapeOf(one)] })),
    }),
  },
  RunInstances: {
    writes: true,
    about: (input) => `${input.get('LaunchTemplate.Version')} ${input.get('SubnetId')}`,
    act(input) {
      const get = (name: string) => input.get(name) ?? '';
      const started = alone.start({
        token: get('ClientToken'),
        template: get('LaunchTemplate.LaunchTemplateId'),
        version: get('LaunchTemplate.Version'),
        subnet: get('SubnetId'),
        tags: tagsIn(input),
      });
      return { instancesSet: [shapeOf(started)] };
    },
  },
  TerminateInstances: {
    writes: true,
    about: (input) => input.get('InstanceId.1') ?? '',
    act(input) {
      const id = input.get('InstanceId.1') ?? '';
      if (!alone.terminate(id))
        throw new Refusal('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
      return { instancesSet: [{ instanceId: id }] };
    },
  },
});

function isMeant({ tags }: Lone, input: URLSearchParams): boolean {
  for (let at = 1; input.has(`Filter.${at}.Name`); at += 1) {
    const [name = '', value = ''] = [input.get(`Filter.${at}.Name`) ?? '', input.get(`Filter.${at}.Value.1`) ?? ''];
    const has = name === 'tag-key' ? tags[value] !== undefined : tags[name.replace(/^tag:/, '')] === value;
    if (!has) return false;
  }
  return true;
}

/** Those of the first specification: the volume has the same. */
function tagsIn(input: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let at = 1; input.has(`TagSpecification.1.Tag.${at}.Key`); at += 1)
    tags[input.get(`TagSpecification.1.Tag.${at}.Key`) ?? ''] = input.get(`TagSpecification.1.Tag.${at}.Value`) ?? '';
  return tags;
}

const shapeOf = ({ id, state, at, tags }: Lone): Shape => ({
  instanceId: id,
  instanceState: { name: state },
  launchTime: new Date(at),
  tagSet: Object.entries(tags).map(([key, value]) => ({ key, value })),
});
