import type { EventBridgeEvent } from 'aws-lambda';
import { publish } from '../../shared/aws/bus.ts';
import type { UploadedVersion } from '../../shared/aws/uploads.ts';
import type { Events } from '../../shared/events.ts';
import { logOf } from '../../shared/log.ts';
import { ofManifestKey, uploadId } from '../../shared/names.ts';

const log = logOf('upload');

/** S3's event, of which only these are looked at: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
type ObjectCreated = EventBridgeEvent<
  'Object Created',
  { bucket: { name: string }; object: { key: string; 'version-id'?: string }; requester?: string }
>;

/**
 * A manifest was uploaded. The event is only a hint: what lies there now is asked
 * for, however late it comes. So is the version that it tells of, which Queue
 * will find superseded, so that every upload has its record.
 */
export async function handler({ id, detail }: ObjectCreated): Promise<void> {
  const bucket = detail.bucket.name;
  const { key, 'version-id': told } = detail.object;
  const of = ofManifestKey(key);
  if (!of) return rejectKey(bucket, key, told ?? id);

  const { uploadedVersion } = await import('../../shared/aws/uploads.ts');
  const current = await uploadedVersion(bucket, key);
  if (!current) return log.warn('the manifest is no longer there', { bucket, key });
  const older = told && told !== current.version ? await uploadedVersion(bucket, key, told) : undefined;
  for (const upload of [older, current]) {
    if (upload) await publish('DeploymentRequested', requestFor(of, { bucket, key, ...upload }, detail.requester));
  }
}

type Uploaded = UploadedVersion & { bucket: string; key: string };

function requestFor(
  of: { pilot: string; environment: string },
  { bucket, key, version, modified, metadata }: Uploaded,
  requester: string | undefined,
): Events['DeploymentRequested'] {
  const { commit, 'artifact-version': artifactVersion, 'requested-by': requestedBy = requester } = metadata;
  const ignoreAlarms = metadata['ignore-alarms'] === 'true';
  const online = metadata.online === 'true';
  return {
    ...of,
    deployment: uploadId(of.pilot, of.environment, { bucket, key, version, at: modified }),
    requestedAt: modified.toISOString(),
    trigger: {
      kind: 'upload',
      bucket,
      key,
      version,
      ...(artifactVersion && { artifactVersion }),
      ...(commit && { commit }),
      ...(ignoreAlarms && { ignoreAlarms }),
      ...(online && { online }),
      ...(requestedBy && { requestedBy }),
    },
  };
}

/** A folder that cannot be a pilot's name has nobody to be queued for; people are told all the same. */
async function rejectKey(bucket: string, key: string, version: string): Promise<void> {
  const [, pilot = '', environment = ''] = key.split('/');
  log.warn('no pilot can have that name', { bucket, key });
  await publish('Rejected', {
    deployment: `${bucket}/${key}?${version}`,
    pilot,
    environment: environment === 'pilot.yaml' ? 'production' : environment,
    trigger: { kind: 'upload', bucket, key, version },
    serving: null,
    level: 'all',
    seconds: 0,
    facts: {},
    problems: [
      {
        code: 'PILOT_NAME',
        message: `s3://${bucket}/${key} is in no pilot's folder`,
        expected:
          'pilots/<name>/pilot.yaml or pilots/<name>/<environment>/pilot.yaml, in lower-case letters, digits and single hyphens',
        place: { file: `s3://${bucket}/${key}` },
      },
    ],
  });
}
