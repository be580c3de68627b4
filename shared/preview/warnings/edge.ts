import { choosesService, fits, hasCloudFront, isAnybodys, USUAL_SERVICE } from '../../edge/services.ts';
import { modeOf } from '../parts/front.ts';
import { type Judged, type Warn, when } from './warning.ts';

/** Rules of a security group, for IPv4 and IPv6 each; groups of a load balancer: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const RULES = 60;
const GROUPS = 5;
/** What AWS's own list counts as: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html */
const MANAGED_WEIGHT = 55;
/** IPv4 ranges that AWS published for each in August 2026: https://ip-ranges.amazonaws.com/ip-ranges.json */
const RANGES: Readonly<Record<string, number>> = { CLOUDFRONT: 211, CLOUDFRONT_ORIGIN_FACING: 46 };

/** How CloudFront's ranges fit into the security groups, where they have to. */
export const EDGE: readonly Warn[] = [
  (judged) =>
    when(
      edgeOf(judged)?.mode === 'managed-prefix-list',
      'QUOTA_NEARLY_USED',
      `AWS’s list of CloudFront’s ranges counts as ${MANAGED_WEIGHT} of the ${RULES} rules of a security group: a second port does not fit in`,
      `edge.mode: rules needs only as many as there are ranges, ${RANGES.CLOUDFRONT_ORIGIN_FACING}, and a second group`,
    ),
  (judged) => {
    const edge = edgeOf(judged);
    return when(
      edge?.mode === 'prefix-list' && (RANGES[edge.service] ?? 0) > RULES,
      'QUOTA_TOO_SMALL',
      `a list of ${RANGES.CLOUDFRONT} ranges counts as as many rules, and a security group has ${RULES}`,
      'edge.service: CLOUDFRONT_ORIGIN_FACING has 46, and they are all that reach an origin',
    );
  },
  (judged) => {
    const edge = edgeOf(judged);
    const groups = edge ? Math.ceil((RANGES[edge.service] ?? 0) / RULES) : 0;
    return when(
      edge?.mode === 'rules' && groups > 1,
      'QUOTA_NEARLY_USED',
      `${RANGES.CLOUDFRONT} ranges fill ${groups} of the ${GROUPS} security groups that a load balancer can have`,
      'edge.service: CLOUDFRONT_ORIGIN_FACING has 46, and they are all that reach an origin',
    );
  },
  ({ site: { manifest }, target: { door } }) => {
    const { edge } = manifest;
    const isUnused = edge && !choosesService(edge.mode) && edge.service !== USUAL_SERVICE;
    const isRefused = edge && !fits(edge.service, edge.mode);
    return when(
      door.cdn === 'own' && door.balancer !== 'none' && isUnused,
      'EDGE_SERVICE_UNUSED',
      `edge.service: ${edge?.service} has no effect with edge.mode: ${edge?.mode}, where AWS’s own list of what reaches an origin counts${isRefused ? ': a deployment is refused, unless the operator’s file makes another mode the usual one' : ''}`,
      isRefused
        ? 'say edge.mode: rules or prefix-list'
        : 'leave edge.service out, or say edge.mode: rules or prefix-list',
    );
  },
  (judged) => {
    const edge = edgeOf(judged);
    return when(
      edge && choosesService(edge.mode) && !hasCloudFront(edge.service),
      'EDGE_KEEPS_CLOUDFRONT_OUT',
      `CloudFront stands in front, and its addresses are not among those of ${edge?.service}: what visitors ask it for never reaches the load balancer`,
      `edge.service: ${USUAL_SERVICE} has all that reach an origin`,
    );
  },
  (judged) => {
    const edge = edgeOf(judged);
    return when(
      edge && choosesService(edge.mode) && isAnybodys(edge.service),
      'EDGE_WIDE',
      `whoever rents a machine of AWS’s in this region has an address of ${edge?.service}, and is let in`,
      `edge.service: ${USUAL_SERVICE} lets in nobody but CloudFront`,
    );
  },
  ({ site: { manifest }, target: { door } }) =>
    when(
      door.balancer === 'of each environment' && door.cdn === 'own' && manifest.edge?.mode === 'vpc-origin',
      'EDGE_IN_PUBLIC',
      'Elastic Beanstalk swaps public names, which a VPC origin cannot follow: managed-prefix-list is used instead',
      'say edge.mode: managed-prefix-list',
    ),
];

/** What opens a public load balancer to CloudFront; undefined where nothing has to. */
function edgeOf({ site: { manifest }, target: { door } }: Judged) {
  const { edge } = manifest;
  const isOpened = door.balancer === 'public' || door.balancer === 'of each environment';
  return edge && isOpened && door.cdn === 'own' ? { mode: modeOf(edge), service: edge.service } : undefined;
}
