import {
  CreateApplicationVersionCommand,
  DeleteApplicationVersionCommand,
  DescribeApplicationVersionsCommand,
} from '@aws-sdk/client-elastic-beanstalk';
import { beanstalk } from './beanstalk.ts';

/** What an environment can run: a source bundle under a label. */
export interface ApplicationVersion {
  status: 'Unprocessed' | 'Processing' | 'Building' | 'Processed' | 'Failed' | string;
  bundle?: { bucket: string; key: string };
  createdAt: Date;
}

/** @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeApplicationVersions.html */
export async function findVersion(application: string, label: string): Promise<ApplicationVersion | undefined> {
  const { ApplicationVersions = [] } = await beanstalk.send(
    new DescribeApplicationVersionsCommand({ ApplicationName: application, VersionLabels: [label] }),
  );
  const [found] = ApplicationVersions;
  if (!found) return undefined;
  const { S3Bucket: bucket, S3Key: key } = found.SourceBundle ?? {};
  return {
    status: found.Status ?? 'Unprocessed',
    createdAt: found.DateCreated ?? new Date(0),
    ...(bucket && key && { bundle: { bucket, key } }),
  };
}

/** The labels of all versions of an application. */
export async function listVersions(application: string): Promise<string[]> {
  const labels: string[] = [];
  let from: string | undefined;
  do {
    const page = await beanstalk.send(
      new DescribeApplicationVersionsCommand({ ApplicationName: application, ...(from && { NextToken: from }) }),
    );
    labels.push(...(page.ApplicationVersions ?? []).flatMap(({ VersionLabel }) => VersionLabel ?? []));
    from = page.NextToken;
  } while (from);
  return labels;
}

export interface NewVersion {
  application: string;
  label: string;
  description: string;
  bundle: { bucket: string; key: string };
  tags: Record<string, string>;
}

/**
 * Has Elastic Beanstalk read the configuration files in the bundle, too: what is wrong with them shows before anything runs.
 * @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateApplicationVersion.html
 */
export async function createVersion({ application, label, description, bundle, tags }: NewVersion): Promise<void> {
  await beanstalk.send(
    new CreateApplicationVersionCommand({
      ApplicationName: application,
      VersionLabel: label,
      Description: description,
      SourceBundle: { S3Bucket: bundle.bucket, S3Key: bundle.key },
      AutoCreateApplication: false,
      Process: true,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

/**
 * Its bundle stays where it is. One that is gone already is no error.
 * @returns false while an environment still has it.
 */
export async function deleteVersion(application: string, label: string): Promise<boolean> {
  try {
    await beanstalk.send(
      new DeleteApplicationVersionCommand({
        ApplicationName: application,
        VersionLabel: label,
        DeleteSourceBundle: false,
      }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (/No Application Version named/i.test(error.message)) return true;
    if (
      /OperationInProgress/.test(error.name) ||
      /is (?:currently )?(?:deployed|associated|in use)/i.test(error.message)
    )
      return false;
    throw error;
  }
}
