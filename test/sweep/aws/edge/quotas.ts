import { jsonError, jsonReply, type Operation, type Service, textOf } from '../call.ts';
import type { Edges } from './state.ts';

/**
 * Service Quotas: how many rules a security group may have.
 * https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
export const quotasOf = (now: Edges): Service => ({
  name: 'quotas',
  isAt: (hostname) => hostname.startsWith('servicequotas.'),
  error: jsonError(500, 'ServiceException'),
  throttled: jsonError(400, 'TooManyRequestsException'),
  read({ headers, body }): Operation {
    const name = headers['x-amz-target']?.split('.')[1] ?? '';
    const { QuotaCode } = JSON.parse(textOf(body)) as { QuotaCode: string };
    if (name !== 'GetServiceQuota' || QuotaCode !== 'L-0EA8095F')
      throw new Error(`Service Quotas' ${name} of ${QuotaCode} is not known here`);
    return {
      service: 'quotas',
      name,
      about: QuotaCode,
      writes: false,
      apply: () => jsonReply(200, { Quota: { QuotaCode, Value: now.allowed } }),
    };
  },
});
