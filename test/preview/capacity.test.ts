import { instanceHour, vcpusOf } from '../../shared/preview/machines.ts';
import { plan, planOf, SMALL } from './samples.ts';

const given = (requests: number, peak: number) => `traffic: {requests: ${requests}, peak: ${peak}}\n`;
const counts = (text: string, target: 'ecs' | 'ec2' | 'beanstalk' = 'ecs') => {
  const { capacity } = planOf(target, text);
  return [capacity?.min, capacity?.max, capacity?.size];
};

describe('capacity', () => {
  // 10 ÷ 50 ÷ 0.6 = 0.33 vCPU: two quarters.
  it('of normal traffic on ECS is one to two of the smallest tasks', () => {
    expect(counts('')).toEqual([1, 2, '0.25 vCPU, 0.5 GB']);
  });

  // 500 ÷ 50 ÷ 0.6 = 16.67 vCPU: 17 of one vCPU, since 34 of half a one are more than 20.
  it('of heavy traffic on ECS is two to seventeen of one vCPU', () => {
    expect(counts('traffic: heavy\n')).toEqual([2, 17, '1 vCPU, 2 GB']);
  });

  it('of normal traffic on EC2 is a t4g.medium with 8 GB', () => {
    expect(counts('', 'ec2')).toEqual([1, 1, 't4g.medium, 8 GB of disk']);
    expect(counts('', 'beanstalk')).toEqual([1, 1, 't4g.medium, 8 GB of disk']);
  });

  // 16.67 vCPU ÷ 2 = 8.3.
  it('of heavy traffic on EC2 is up to nine that need no bursts', () => {
    expect(counts('traffic: heavy\n', 'ec2')).toEqual([2, 9, 'm7g.large, 8 GB of disk']);
  });

  // 60 ÷ 50 ÷ 0.6 = 2 vCPU exactly, which binary fractions must not make more.
  it('is not rounded up from what fits exactly', () => {
    expect(counts(`${given(1, 60)}ec2: {instance: t4g.medium}\n`, 'ec2')).toEqual([1, 1, 't4g.medium, 8 GB of disk']);
    expect(counts(`${given(1, 61)}ec2: {instance: t4g.medium}\n`, 'ec2').slice(0, 2)).toEqual([1, 2]);
  });

  it('keeps two from 100 requests a second on', () => {
    expect(counts(given(1, 99))[0]).toBe(1);
    expect(counts(given(1, 100))[0]).toBe(2);
  });

  it('is what the manifest says where it says so', () => {
    expect(counts('scaling: {min: 3, max: 5}\nec2: {instance: c7g.large, disk: 20}\n', 'ec2')).toEqual([
      3,
      5,
      'c7g.large, 20 GB of disk',
    ]);
    expect(counts('ecs: {cpu: 512, memory: 2048}\n')).toEqual([1, 1, '0.5 vCPU, 2 GB']);
    expect(counts('scaling: {max: 1}\ntraffic: heavy\n').slice(0, 2)).toEqual([1, 1]);
    // 10 a second are 600 a minute.
    expect(counts('scaling: {requests: 100}\n').slice(0, 2)).toEqual([1, 6]);
  });

  it('takes more CPU where the memory asks for it, as Fargate does', () => {
    expect(counts('ecs: {memory: 4096}\n')[2]).toBe('0.5 vCPU, 4 GB');
    expect(counts('ecs: {memory: 1500}\n')[2]).toBe('0.25 vCPU, 2 GB');
    expect(counts('ecs: {memory: 61440}\n')[2]).toBe('8 vCPU, 60 GB');
  });

  it('takes machines of the processor that the image is for', () => {
    const image = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
    expect(counts(`ec2: {image: ${image}}\n`, 'ec2')[2]).toBe('t3.medium, 8 GB of disk');
  });

  // One runs even for a single task.
  it('of tasks on instances of its own is paid by whole instances', () => {
    const { cost } = planOf('ecs', 'ecs: {launch: ec2}\n');
    expect(cost.components.find(({ component }) => component === 'service')?.fixed).toBeCloseTo(
      730 * 0.0336 + 30 * 0.08,
      4,
    );
  });

  const hosts = (more: string) => {
    const { components } = planOf('ecs', more);
    const resources = components.flatMap((one) => one.resources);
    const settings = (kind: string) => resources.find(({ type }) => type.endsWith(kind))?.settings ?? {};
    const group = settings('AutoScalingGroup');
    return [settings('LaunchTemplate').instance, group.instances, group['tasks on each']];
  };

  // Each task has a network interface of its own, of which a t4g.medium has three and keeps one.
  it('of tasks on instances of its own is bound by network interfaces', () => {
    expect(hosts('ecs: {launch: ec2}\nscaling: {min: 4, max: 7}\n')).toEqual(['t4g.medium', '2 to 4', '2']);
  });

  // Two of one vCPU on each of two; of 4 GB and of 8 GB, the kernel keeps some.
  it('of tasks on instances of its own is bound by processors and memory', () => {
    expect(hosts('traffic: heavy\necs: {launch: ec2}\n')).toEqual(['m7g.large', '1 to 9', '2']);
    expect(hosts('ecs: {launch: ec2, cpu: 256, memory: 2500}\n')).toEqual(['t4g.medium', '1 to 2', '1']);
    expect(hosts('ecs: {launch: ec2, cpu: 256, memory: 4096, architecture: x86}\n')).toEqual([
      'm7i.large',
      '1 to 2',
      '1',
    ]);
    expect(hosts('ecs: {launch: ec2, cpu: 16384, memory: 122880}\n')).toEqual(['m7g.8xlarge', '1', '1']);
  });

  it('of tasks on instances of its own takes a larger one rather than more than twenty', () => {
    expect(hosts('traffic: heavy\necs: {launch: ec2}\nscaling: {max: 40}\n')).toEqual(['m7g.large', '1 to 20', '2']);
    expect(hosts('traffic: heavy\necs: {launch: ec2}\nscaling: {max: 41}\n')).toEqual(['m7g.xlarge', '1 to 14', '3']);
  });

  // 500 × 0.2 s.
  it('of a function is counted in calls at once', () => {
    expect(planOf('lambda', 'traffic: heavy\n').capacity).toMatchObject({ unit: 'call', min: 0, max: 100 });
  });

  it('is one for a single Beanstalk instance, whatever the traffic', () => {
    const text = `${SMALL.beanstalk}beanstalk: {platform: Node.js 24 running on 64bit Amazon Linux 2023, loadBalancer: none}\ntraffic: heavy\n`;
    expect(plan(text).capacity).toMatchObject({ min: 1, max: 1 });
  });

  it('says how it was derived', () => {
    expect(planOf('ecs', 'traffic: heavy\n').capacity?.derived[0]).toBe(
      'a peak of 500 requests a second ÷ 50 for a vCPU ÷ 60 % = 16.67 vCPU, so 17 × 1 vCPU',
    );
  });
});

describe('what runs is paid', () => {
  // t4g.medium in us-east-1 is $0.0336 an hour, 8 GB of gp3 $0.08 each: 730 × 0.0336 + 8 × 0.08.
  it('all month for the fewest', () => {
    const [instances] = planOf('ec2').cost.components.filter(({ component }) => component === 'instances');
    expect(instances?.fixed).toBeCloseTo(730 * 0.0336 + 8 * 0.08, 4);
    expect(instances?.perMillion).toBe(0);
  });

  // A million requests at 100 a second last 10,000 s.
  it('by the million requests for those that come and go', () => {
    const { cost, capacity } = planOf(
      'ec2',
      `${given(2, 100)}ec2: {instance: t4g.medium, disk: 8}\nscaling: {min: 1}\n`,
    );
    expect(capacity).toMatchObject({ min: 1, max: 2 });
    const [instances] = cost.components.filter(({ component }) => component === 'instances');
    expect(instances?.perMillion).toBeCloseTo((10_000 / 3600) * (0.0336 + 0.64 / 730), 4);
  });

  it('less on spot, for those beyond the base', () => {
    const fixed = (more: string) =>
      planOf('ec2', `scaling: {min: 4}\n${more}`).cost.components.find(({ component }) => component === 'instances')
        ?.fixed ?? 0;
    const disks = 4 * 8 * 0.08;
    const all = fixed('') - disks;
    // Three beyond the base, all on spot at 40 %.
    expect(fixed('capacity: {base: 1, spot: 100}\n') - disks).toBeCloseTo(all * ((1 + 3 * 0.4) / 4), 4);
    expect(fixed('capacity: {base: 4, spot: 100}\n') - disks).toBeCloseTo(all, 4);
  });

  it('twice for a database in two zones, and once more for each that is read', () => {
    const of = (more: string) =>
      planOf('ecs', `database: {${more}}\n`).cost.components.find(({ component }) => component === 'database')?.fixed ??
      0;
    const [secret, alarms] = [0.4, 0.2];
    const one = of('') - secret - alarms;
    expect(of('multiAz: true') - secret - alarms).toBeCloseTo(2 * one, 4);
    expect(of('replicas: 2, password: "secret:db"') - alarms).toBeCloseTo(3 * one, 4);
  });

  it('not at all for a database elsewhere', () => {
    const plan = planOf('ecs', 'database: {url: "secret:db"}\n');
    expect(plan.cost.components.find(({ component }) => component === 'database')).toMatchObject({
      fixed: 0,
      lines: [],
    });
  });
});

describe('a machine', () => {
  it.each([
    ['t4g.micro', 2],
    ['t4g.medium', 2],
    ['m7g.medium', 1],
    ['c7g.large', 2],
    ['m7g.xlarge', 4],
    ['m7g.4xlarge', 16],
    ['db.t4g.large', 2],
    ['db.r7g.2xlarge', 8],
  ])('%s has %i vCPUs', (type, vcpus) => expect(vcpusOf(type)).toBe(vcpus));

  it('whose price is not known is reckoned by its vCPUs', () => {
    expect(instanceHour('m7g.large')).toEqual({ price: 'ec2.m7g.large.hour', times: 1, reckoned: false });
    expect(instanceHour('c8g.4xlarge')).toEqual({ price: 'ec2.m7g.large.hour', times: 8, reckoned: true });
  });
});
