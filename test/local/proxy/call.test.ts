import { callOf, type Seen } from '../../../local/proxy/call.ts';

const seen = (method: string, url: string, service: string, more: Partial<Seen['headers']> = {}, body = ''): Seen => ({
  method,
  url,
  body,
  headers: {
    authorization: `AWS4-HMAC-SHA256 Credential=ASIA/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host`,
    'user-agent': 'aws-sdk-js/3.1162.0 ua/2.1 os/linux lang/js app/deploy-shift',
    ...more,
  },
});

test.each<[string, Seen]>([
  ['s3 GetObject', seen('GET', '/sites/a/b.html?x-id=GetObject', 's3')],
  ['s3 HeadObject', seen('HEAD', '/sites/a', 's3')],
  ['s3 PutObject', seen('PUT', '/sites/a', 's3')],
  ['s3 CopyObject', seen('PUT', '/sites/a', 's3', { 'x-amz-copy-source': 'sites/b' })],
  ['s3 DeleteObjects', seen('POST', '/sites/?delete=', 's3')],
  ['s3 ListObjectsV2', seen('GET', '/sites?list-type=2&prefix=a', 's3')],
  ['s3 UploadPart', seen('PUT', '/sites/a?partNumber=1&uploadId=x', 's3')],
  ['dynamodb UpdateItem', seen('POST', '/', 'dynamodb', { 'x-amz-target': 'DynamoDB_20120810.UpdateItem' })],
  ['sns Publish', seen('POST', '/', 'sns', {}, 'Action=Publish&TopicArn=x')],
  ['lambda Invoke', seen('POST', '/2015-03-31/functions/x/invocations', 'lambda')],
  [
    'monitoring PutMetricData',
    seen('POST', '/service/GraniteServiceVersion20100801/operation/PutMetricData', 'monitoring'),
  ],
  ['kvs GetKey', seen('GET', '/key-value-stores/arn%3Aaws/keys/acme', 'kvs')],
  ['kvs UpdateKeys', seen('POST', '/key-value-stores/arn%3Aaws/keys', 'kvs')],
  ['kvs DescribeKeyValueStore', seen('GET', '/key-value-stores/arn%3Aaws', 'kvs')],
  ['other GET /unknown', seen('GET', '/unknown?a=1', 'other')],
])('%s', (expected, request) => {
  const { caller, service, action } = callOf(request);
  expect(`${service} ${action}`).toBe(expected);
  expect(caller).toBe('deploy-shift');
});

test('a SigV4a scope has no region', () => {
  const authorization =
    'AWS4-ECDSA-P256-SHA256 Credential=ASIA/20260101/cloudfront-keyvaluestore/aws4_request, SignedHeaders=host';
  expect(callOf(seen('GET', '/', '', { authorization })).service).toBe('cloudfront-keyvaluestore');
});

test('who does not say its name is -', () => {
  expect(callOf(seen('GET', '/', 's3', { 'user-agent': 'curl/8' })).caller).toBe('-');
});
