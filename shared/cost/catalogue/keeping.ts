import type { Listed } from '../listed.ts';

/** What keeps and watches things: files, secrets, logs, mail, workflows. */
export const KEEPING = {
  'ebs.gp3.gb-month': {
    what: 'EBS volume, gp3',
    unit: 'GB-month',
    offer: 'AmazonEC2',
    usage: 'EBS:VolumeUsage.gp3',
    family: 'Storage',
  },
  's3.gb-month': {
    what: 'S3 storage',
    unit: 'GB-month',
    offer: 'AmazonS3',
    usage: 'TimedStorage-ByteHrs',
    family: 'Storage',
    where: { volumeType: 'Standard' },
  },
  's3.put.1000': requests('writes and listings', 'Requests-Tier1', 'S3-API-Tier1'),
  's3.get.1000': requests('reads', 'Requests-Tier2', 'S3-API-Tier2'),
  'efs.gb-month': {
    what: 'EFS storage',
    unit: 'GB-month',
    offer: 'AmazonEFS',
    usage: 'TimedStorage-ByteHrs',
    family: 'Storage',
  },
  'efs.backup.gb-month': {
    what: 'EFS backups',
    unit: 'GB-month',
    offer: 'AWSBackup',
    usage: 'WarmStorage-ByteHrs-EFS',
    family: 'AWS Backup Storage',
  },
  'secret.month': {
    what: 'secret',
    unit: 'month',
    offer: 'AWSSecretsManager',
    usage: 'AWSSecretsManager-Secrets',
  },
  'ses.1000': { what: 'mails sent', unit: '1,000 mails', offer: 'AmazonSES', usage: 'Recipients', times: 1_000 },
  'logs.ingest.gb': {
    what: 'logs taken in',
    unit: 'GB',
    offer: 'AmazonCloudWatch',
    usage: 'DataProcessing-Bytes',
    family: 'Data Payload',
  },
  'logs.gb-month': {
    what: 'logs kept',
    unit: 'GB-month',
    offer: 'AmazonCloudWatch',
    usage: 'TimedStorage-ByteHrs',
    family: 'Storage Snapshot',
  },
  'alarm.month': {
    what: 'alarm',
    unit: 'month',
    offer: 'AmazonCloudWatch',
    usage: 'CW:AlarmMonitorUsage',
    family: 'Alarm',
    where: { alarmType: 'Standard' },
  },
  'stepfunctions.1000': {
    what: 'Step Functions transitions',
    unit: '1,000 transitions',
    offer: 'AmazonStates',
    usage: 'StateTransition',
    times: 1_000,
  },
} satisfies Record<string, Listed>;

function requests(what: string, usage: string, group: string): Listed {
  return { what: `S3 ${what}`, unit: '1,000 requests', offer: 'AmazonS3', usage, where: { group }, times: 1_000 };
}
