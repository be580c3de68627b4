const HOST = 'health.pilotage.invalid';
const AGENT = 'Pilotage';
const HEADERS = {
  host: HOST,
  accept: '*/*',
  'user-agent': AGENT,
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '443',
};

/**
 * A GET of the function's root, as its URL or an HTTP API would hand it over: both do it alike.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads,
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const healthRequest = (now: Date) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: '/',
  rawQueryString: '',
  headers: HEADERS,
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

/**
 * The same, as a load balancer would.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer
 * @param targetGroupArn through which the function is called.
 */
export const balancerHealthRequest = (targetGroupArn: string) => ({
  requestContext: { elb: { targetGroupArn } },
  httpMethod: 'GET',
  path: '/',
  queryStringParameters: {},
  headers: HEADERS,
  body: '',
  isBase64Encoded: false,
});
