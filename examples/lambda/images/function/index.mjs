// Lambda's own runtime brings the SDK.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readPng, writePng } from './png.mjs';
import { fitted } from './scale.mjs';

const s3 = new S3Client();
const largest = Number(process.env.LARGEST);

/** Gets S3's event of an image below uploads/, and puts the smaller image below results/. */
export const handler = async ({ detail }) => {
  const Bucket = detail.bucket.name;
  const { key } = detail.object;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  const image = readPng(Buffer.from(await Body.transformToByteArray()));
  const small = fitted(image, largest);
  const result = key.replace(/^uploads\//, 'results/');
  await s3.send(new PutObjectCommand({ Bucket, Key: result, Body: writePng(small), ContentType: 'image/png' }));
  console.log(`${key}: ${image.width} x ${image.height} to ${result}: ${small.width} x ${small.height}`);
};
