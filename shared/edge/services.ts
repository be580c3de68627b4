/** What a service is called in AWS’s list: https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html */
export const SERVICE_NAME = /^[A-Z][A-Z0-9_]{1,63}$/;
export const isService = (text: string): boolean => SERVICE_NAME.test(text);

/** CloudFront's own: what reaches an origin, and all of its addresses. */
export const CLOUDFRONTS = ['CLOUDFRONT_ORIGIN_FACING', 'CLOUDFRONT'] as const;
export const USUAL_SERVICE = 'CLOUDFRONT_ORIGIN_FACING';
export const isCloudFronts = (service: string): boolean => CLOUDFRONTS.some((own) => own === service);

/** Services whose list CloudFront’s own addresses are in. */
export const hasCloudFront = (service: string): boolean => isCloudFronts(service) || service === 'AMAZON';

/**
 * They speak from each of their places to every region, though some of their ranges are listed with one: all of their ranges
 * count. Of all other services, whose ranges say where something runs, those of the own region do.
 */
export const EVERYWHERE: ReadonlySet<string> = new Set([
  ...CLOUDFRONTS,
  'GLOBALACCELERATOR',
  'ROUTE53',
  'ROUTE53_HEALTHCHECKS',
  'ROUTE53_HEALTHCHECKS_PUBLISHING',
]);

/** Anybody can have an address of theirs, who rents a machine. */
export const isAnybodys = (service: string): boolean => service === 'AMAZON' || service === 'EC2';

/** In these modes AWS's own list counts, which holds CloudFront's addresses and no others. */
const AWS_KEEPS: ReadonlySet<string> = new Set(['vpc-origin', 'managed-prefix-list']);
export const fits = (service: string, mode: string): boolean => isCloudFronts(service) || !AWS_KEEPS.has(mode);
/** Whether the mode leaves the choice of a service at all. */
export const choosesService = (mode: string): boolean => !AWS_KEEPS.has(mode);
