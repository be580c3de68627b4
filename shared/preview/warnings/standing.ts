import { HOURS } from '../../cost/cost.ts';
import { architectureOf, architectureOfImage } from '../instance.ts';
import { CALL_SECONDS } from '../targets/lambda-uses.ts';
import { isProduction, type Warn, when } from './warning.ts';

/** What one failure would stop. */
export const STANDING: readonly Warn[] = [
  (judged) => {
    const { database } = judged.site.manifest;
    return when(
      isProduction(judged) && database !== undefined && !database.url && !database.multiAz,
      'DATABASE_ONE_ZONE',
      'the database stands in one zone: while that zone or its machine fails, the pilot is down',
      'database.multiAz: true adds a second one that takes over, at twice the price',
    );
  },
  (judged) => {
    const { capacity } = judged.target;
    const { beanstalk } = judged.site.manifest;
    const counts = capacity && capacity.unit !== 'call' && capacity.min <= 1 && beanstalk?.loadBalancer !== 'none';
    return when(
      isProduction(judged) && counts,
      'RUNS_ALONE',
      capacity?.min === 0
        ? `at quiet times no ${capacity.unit} runs: the pilot is down until one has started`
        : `at quiet times one ${capacity?.unit} runs: when it fails, the pilot is down until another has started`,
      'scaling.min: 2 keeps two',
    );
  },
  (judged) =>
    when(
      judged.site.manifest.beanstalk?.loadBalancer === 'none',
      'SINGLE_INSTANCE',
      'it is a single instance, which cannot be scaled and has no certificate of its own',
      'beanstalk.loadBalancer: application puts a load balancer in front',
    ),
  (judged) => {
    const { network } = judged.site.manifest;
    return when(
      isProduction(judged) &&
        judged.components.some(({ resources }) => resources.some(({ type }) => type === 'AWS::EC2::NatGateway')) &&
        (network?.egress ?? 'nat') === 'nat' &&
        (network?.zones ?? 2) > 1,
      'NAT_ONE_ZONE',
      'one NAT gateway serves all zones: while its zone fails, nothing reaches the internet',
      'network.egress: nat-per-zone has one in each',
    );
  },
  (judged) => {
    const { capacity } = judged.site.manifest;
    return when(
      isProduction(judged) && capacity !== undefined && capacity.spot > 0 && capacity.base === 0,
      'ALL_MAY_BE_TAKEN',
      `${capacity?.spot} % runs on spot and nothing is kept on demand: AWS may take machines back within two minutes`,
      'capacity.base: 1 keeps one on demand',
    );
  },
  ({ site: { manifest }, target: { capacity: planned } }) => {
    const { base = 0, spot = 0 } = manifest.capacity ?? {};
    const isUsed = planned !== undefined && planned.unit !== 'call';
    return when(
      spot > 0 && isUsed && planned.max <= base,
      'SPOT_UNUSED',
      `nothing ever runs on spot: at most ${planned?.max} ${planned?.unit}${planned?.max === 1 ? ' runs' : 's run'}, and the first ${base} are on demand`,
      `capacity.base: less than ${planned?.max}, or a scaling.max above ${base}`,
    );
  },
  ({ site: { manifest } }) => {
    const { instance, image = '' } = manifest.ec2 ?? {};
    const wants = architectureOfImage(image);
    return when(
      instance !== undefined && wants !== undefined && architectureOf(instance) !== wants,
      'IMAGE_ARCHITECTURE',
      `${instance} cannot start the machine image, which is for ${wants}`,
      'ec2.image: one for the same processor, or an instance type that fits',
    );
  },
  ({ site: { manifest, load }, target: { capacity } }) =>
    when(
      manifest.lambda?.concurrency !== undefined && load.peak * CALL_SECONDS > (capacity?.max ?? 0),
      'PEAK_TOO_HIGH',
      `lambda.concurrency lets ${capacity?.max} calls run at once, fewer than the peak needs`,
      'raise lambda.concurrency, or leave it out',
    ),
  ({ site: { load } }) =>
    when(
      load.requests * 1e6 > load.peak * HOURS * 3600,
      'TRAFFIC_ODD',
      `${load.requests} million requests a month are more than ${load.peak} a second all month`,
      'raise traffic.peak',
    ),
];
