/** How AWS's price lists write a region: the codes before usage types, and CloudFront's price area. */
export interface Place {
  codes: readonly string[];
  area: string;
}

/**
 * The regions whose prices can be read. In usage types us-east-1 often has no
 * code, and eu-west-1 has its old one
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/aws-usage-report-understand.html; areas:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/billing-and-usage-interpreting.html).
 */
export const PLACES: Readonly<Record<string, Place>> = {
  'us-east-1': { codes: ['', 'USE1-'], area: 'US' },
  'us-east-2': { codes: ['USE2-'], area: 'US' },
  'us-west-1': { codes: ['USW1-'], area: 'US' },
  'us-west-2': { codes: ['USW2-'], area: 'US' },
  'ca-central-1': { codes: ['CAN1-'], area: 'CA' },
  'sa-east-1': { codes: ['SAE1-'], area: 'SA' },
  'eu-central-1': { codes: ['EUC1-'], area: 'EU' },
  'eu-north-1': { codes: ['EUN1-'], area: 'EU' },
  'eu-south-1': { codes: ['EUS1-'], area: 'EU' },
  'eu-west-1': { codes: ['EU-', 'EUW1-'], area: 'EU' },
  'eu-west-2': { codes: ['EUW2-'], area: 'EU' },
  'eu-west-3': { codes: ['EUW3-'], area: 'EU' },
  'ap-northeast-1': { codes: ['APN1-'], area: 'JP' },
  'ap-northeast-2': { codes: ['APN2-'], area: 'AP' },
  'ap-south-1': { codes: ['APS3-'], area: 'IN' },
  'ap-southeast-1': { codes: ['APS1-'], area: 'AP' },
  'ap-southeast-2': { codes: ['APS2-'], area: 'AU' },
};
