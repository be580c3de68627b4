/** Where an artifact lies in S3. Without a version it is the newest. */
export interface ArtifactPlace {
  bucket: string;
  key: string;
  versionId?: string;
}

export const ARTIFACT_EXPECTED = 'a file beside the manifest such as site.zip, or s3://bucket/key?versionId=…';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, and object keys up to 1,024 bytes. */
const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([^?\p{Cc}]+)(?:\?versionId=([\w.~-]{1,1024}))?$/u;

/** No empty, `.` or `..` part, no leading or ending slash, nothing that a URL or another system would read otherwise. */
const RELATIVE = /^(?![/ ])(?!.*\/\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))[^\\?#:\p{Cc}]{1,200}(?<![/ ])$/u;

export function isArtifact(artifact: string): boolean {
  const key = S3_URL.exec(artifact)?.[2];
  return key === undefined ? RELATIVE.test(artifact) : new TextEncoder().encode(key).length <= 1024;
}

/**
 * The object that `source.artifact` names. A relative one lies beside the
 * manifest; the key of an `s3://` URL is taken as it is written, without percent decoding.
 * @param artifact as a valid manifest holds it.
 */
export function parseArtifact(artifact: string, manifest: { bucket: string; key: string }): ArtifactPlace {
  if (!isArtifact(artifact)) throw new TypeError(`${artifact} is no artifact`);
  const [, bucket, key, versionId] = S3_URL.exec(artifact) ?? [];
  if (bucket && key) return { bucket, key, ...(versionId && { versionId }) };
  const folder = manifest.key.slice(0, manifest.key.lastIndexOf('/') + 1);
  return { bucket: manifest.bucket, key: folder + artifact };
}
