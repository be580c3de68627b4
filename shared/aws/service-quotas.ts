import { GetServiceQuotaCommand, NoSuchResourceException, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { clientConfig } from './config.ts';

const client = new ServiceQuotasClient(clientConfig);

/** "Inbound or outbound rules per security group", for each of IPv4 and IPv6. */
const RULES = { ServiceCode: 'vpc', QuotaCode: 'L-0EA8095F' };
/** What AWS gives to every account: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups */
const USUAL_RULES = 60;

/**
 * How many rules a security group may have, in each family.
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
export async function rulesPerGroup(): Promise<number> {
  try {
    const { Quota } = await client.send(new GetServiceQuotaCommand(RULES));
    return Quota?.Value ?? USUAL_RULES;
  } catch (error) {
    // Where nobody ever asked for another one, there may be none to read.
    if (error instanceof NoSuchResourceException) return USUAL_RULES;
    throw error;
  }
}
