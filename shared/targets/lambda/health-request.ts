const HOST = 'health.pilotage.invalid';
const AGENT = 'Pilotage';

/**
 * A GET of the function's root, as its URL would hand it over.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export const healthRequest = (now: Date) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: '/',
  rawQueryString: '',
  headers: { host: HOST, accept: '*/*', 'user-agent': AGENT, 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
  requestContext: {
    accountId: 'anonymous',
    apiId: 'health',
    domainName: HOST,
    domainPrefix: 'health',
    http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: AGENT },
    requestId: 'health',
    routeKey: '$default',
    stage: '$default',
    time: now.toISOString(),
    timeEpoch: now.getTime(),
  },
  isBase64Encoded: false,
});
