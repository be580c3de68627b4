import type { Listed } from '../listed.ts';

const TYPES = [
  't4g.nano',
  't4g.micro',
  't4g.small',
  't4g.medium',
  't4g.large',
  't4g.xlarge',
  't3.micro',
  't3.small',
  't3.medium',
  't3.large',
  'm7g.medium',
  'm7g.large',
  'm7g.xlarge',
  'm7g.2xlarge',
  'm7i.large',
  'm7i.xlarge',
  'c7g.medium',
  'c7g.large',
  'c7g.xlarge',
  'r7g.medium',
  'r7g.large',
  'r7g.xlarge',
] as const;

type InstancePrice = `ec2.${(typeof TYPES)[number]}.hour`;

/** Linux on demand, on shared hardware. */
export const INSTANCES = Object.fromEntries(TYPES.map((type) => [`ec2.${type}.hour`, instance(type)])) as Record<
  InstancePrice,
  Listed
>;

function instance(type: string): Listed {
  return {
    what: `EC2 ${type}`,
    unit: 'hour',
    offer: 'AmazonEC2',
    usage: `BoxUsage:${type}`,
    family: 'Compute Instance',
    where: {
      instanceType: type,
      operatingSystem: 'Linux',
      tenancy: 'Shared',
      preInstalledSw: 'NA',
      capacitystatus: 'Used',
    },
  };
}
