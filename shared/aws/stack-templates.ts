import { createHash } from 'node:crypto';
import { PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { setting } from './config.ts';
import { s3 } from './objects.ts';

/** Bytes that a call takes: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_IN_A_CALL = 51_200;

/** Where the larger ones lie in the manifests' bucket; no pilot's folder begins so. */
const FOLDER = 'templates';

/**
 * A template as calls to CloudFormation take it: by itself, or as the address of an object that holds it, which
 * CloudFormation reads with the caller's own rights. The object is named by what it holds.
 */
export async function handedOver(template: string): Promise<{ TemplateBody: string } | { TemplateURL: string }> {
  if (Buffer.byteLength(template) <= MOST_IN_A_CALL) return { TemplateBody: template };
  const [bucket, region] = [setting('MANIFESTS_BUCKET'), setting('AWS_REGION')];
  const key = `${FOLDER}/${createHash('sha256').update(template).digest('hex')}.json`;
  await store(bucket, key, template);
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return { TemplateURL: `https://${bucket}.s3.${region}.${suffix}/${key}` };
}

async function store(bucket: string, key: string, text: string): Promise<void> {
  try {
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json', IfNoneMatch: '*' }),
    );
  } catch (error) {
    // It is there already; another write of it may just be under way, which holds the same.
    if (error instanceof S3ServiceException && [409, 412].includes(error.$metadata.httpStatusCode ?? 0)) return;
    throw error;
  }
}
