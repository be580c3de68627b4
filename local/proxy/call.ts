/** What is seen of a request on its way. */
export interface Seen {
  method: string;
  /** Path and query, as sent. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  /** The body's beginning, for services that name their action there. */
  body: string;
}

export interface Call {
  /** `AWS_SDK_UA_APP_ID` of who called; `-` when it did not say. */
  caller: string;
  /** As requests are signed for: `s3`, `dynamodb`, `cloudfront-keyvaluestore`. */
  service: string;
  /** The API's name for it, such as `GetObject`; where that is not known, method and path. */
  action: string;
}

/** Who called what, read from a signed AWS request. */
export function callOf(seen: Seen): Call {
  const service = serviceOf(header(seen, 'authorization'));
  return { caller: callerOf(header(seen, 'user-agent')), service, action: actionOf(service, seen) };
}

const header = ({ headers }: Seen, name: string) => String(headers[name] ?? '');

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html */
const callerOf = (userAgent: string) => /(?:^| )app\/(\S+)/.exec(userAgent)?.[1] ?? '-';

/** The scope is `key/date/region/service/aws4_request`; SigV4a leaves the region out. */
const serviceOf = (authorization: string) =>
  /Credential=[^,\s]*\/([^/,\s]+)\/aws4_request/.exec(authorization)?.[1] ?? '-';

function actionOf(service: string, seen: Seen): string {
  const { pathname, searchParams } = new URL(seen.url, 'http://host');
  const target = header(seen, 'x-amz-target');
  if (target) return target.slice(target.lastIndexOf('.') + 1);
  const form = /(?:^|&)Action=([^&]+)/.exec(seen.body)?.[1] ?? searchParams.get('Action');
  if (form) return form;
  const rest = service === 's3' ? s3Action(seen, pathname, searchParams) : restAction(seen.method, pathname);
  return rest ?? `${seen.method} ${pathname}`;
}

function s3Action(seen: Seen, pathname: string, query: URLSearchParams): string | undefined {
  const [, key] = /^\/[^/]+\/(.+)$/.exec(pathname) ?? [];
  if (query.has('partNumber')) return 'UploadPart';
  if (query.has('uploads')) return 'CreateMultipartUpload';
  if (query.has('uploadId')) return 'CompleteMultipartUpload';
  if (query.has('delete')) return 'DeleteObjects';
  if (query.has('versions')) return 'ListObjectVersions';
  if (header(seen, 'x-amz-copy-source')) return 'CopyObject';
  const noun = key ? 'Object' : 'Bucket';
  if (!key && seen.method === 'GET') return 'ListObjectsV2';
  const verbs: Record<string, string> = { GET: 'Get', HEAD: 'Head', PUT: key ? 'Put' : 'Create', DELETE: 'Delete' };
  return verbs[seen.method] && `${verbs[seen.method]}${noun}`;
}

const ROUTES: [RegExp, Record<string, string>][] = [
  [/^\/key-value-stores\/[^/]+\/keys\/?$/, { GET: 'ListKeys', POST: 'UpdateKeys' }],
  [/^\/key-value-stores\/[^/]+\/keys\/[^/]+$/, { GET: 'GetKey', PUT: 'PutKey', DELETE: 'DeleteKey' }],
  [/^\/key-value-stores\/[^/]+$/, { GET: 'DescribeKeyValueStore' }],
  [/^\/2015-03-31\/functions\/[^/]+\/invocations$/, { POST: 'Invoke' }],
];

function restAction(method: string, pathname: string): string | undefined {
  const smithy = /^\/service\/[^/]+\/operation\/([^/]+)$/.exec(pathname)?.[1];
  return smithy ?? ROUTES.find(([path]) => path.test(pathname))?.[1][method];
}
