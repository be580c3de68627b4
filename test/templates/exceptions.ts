import { TEMPLATES } from './samples.ts';

const LOGS = new Set(
  Object.values(TEMPLATES).flatMap(({ Resources }) =>
    Object.keys(Resources).filter((name) => Resources[name]?.Type === 'AWS::Logs::LogGroup'),
  ),
);

/** Where a template breaks one of AWS's rules, and why it does: rule, resource, reason. */
export const EXCEPTIONS: readonly (readonly [rule: string, resource: string, because: string])[] = [
  [
    'alb_http_to_https_redirection_check',
    'Listener',
    'without a domain there is no certificate, and with one the listener that stands there speaks TLS itself',
  ],
  [
    'api_gw_v2_access_logs_enabled_check',
    'ApiStage',
    'the function logs what it is asked; who asks is not kept besides',
  ],
  ['api_gw_v2_authorization_type_configured_check', 'ApiRoute', 'it is the way of visitors: everybody may ask'],
  [
    'autoscaling_group_nitro_encryption_in_transit_override_check',
    'Hosts',
    'which machines is the manifest’s choice; tasks that talk to each other bring their own TLS',
  ],
  [
    'autoscaling_mixed_instances_policy_multiple_instance_types_check',
    'Hosts',
    'where nothing runs on spot, the one type that the manifest names is meant',
  ],
  ['autoscaling_multiple_az_check', 'Hosts', 'the operator’s subnets come as a parameter, which the rule cannot count'],
  ['cloudfront_access_logs_enabled_check', 'Distribution', 'addresses of visitors are not kept unasked'],
  [
    'cloudfront_custom_ssl_certificate_check',
    'Distribution',
    'without a domain CloudFront shows its own certificate, and with one the rule cannot see it behind a reference',
  ],
  ['cloudfront_default_root_object_configured_check', 'Distribution', 'what / answers is for the pilot itself to say'],
  ['cloudfront_origin_failover_enabled_check', 'Distribution', 'blue and green stand behind one origin'],
  [
    'cloudfront_security_policy_check',
    'Distribution',
    'without a domain CloudFront’s own certificate sets its own policy',
  ],
  [
    'cloudfront_sni_enabled_check',
    'Distribution',
    'without a domain there is no certificate to show by name, and with one the rule cannot see it behind a reference',
  ],
  [
    'cloudfront_traffic_to_origin_encrypted_check',
    'Distribution',
    'without a domain the load balancer has no certificate that CloudFront would take',
  ],
  ['cloudwatch_alarm_action_check', 'ErrorsAlarm', 'a rollout reads it; it calls nobody'],
  ['cloudwatch_alarm_action_check', 'LatencyAlarm', 'a rollout reads it; it calls nobody'],
  ['cloudwatch_alarm_action_check', 'UnhealthyAlarm', 'a rollout reads it; it calls nobody'],
  ['cloudwatch_alarm_action_check', 'DatabaseCpuAlarm', 'who looks after the pilot looks at it; it calls nobody'],
  ['cloudwatch_alarm_action_check', 'DatabaseStorageAlarm', 'who looks after the pilot looks at it; it calls nobody'],
  ...[...LOGS].flatMap(
    (logs) =>
      [
        ['cloudwatch_log_group_encrypted_check', logs, 'CloudWatch encrypts it with a key of its own'],
        ['cloudwatch_log_group_retention_period_check', logs, 'the manifest says for how long: retention.logs'],
      ] as const,
  ),
  ['ec2_launch_template_monitoring_enabled_check', 'HostTemplate', 'ECS tells how full the machines are'],
  [
    'ec2_launch_template_monitoring_enabled_check',
    'LaunchTemplate',
    'nothing is started from what the template says; releases add their own versions, which scale by the load balancer too',
  ],
  [
    'ecs_container_insights_enabled_check',
    'Cluster',
    'what it costs grows with the tasks; alarms go by the load balancer',
  ],
  ['elbv2_logging_enabled_check', 'Balancer', 'addresses of visitors are not kept unasked'],
  [
    'rds_instance_automatic_minor_version_upgrade_enabled_check',
    'Database',
    'where the manifest names a minor version, that one is meant',
  ],
  [
    'rds_instance_deletion_protection_enabled_check',
    'Database',
    'the rule cannot see it behind a parameter: while a first stack is only being made, it would keep that from being cleared',
  ],
  [
    'rds_instance_enhanced_monitoring_enabled_check',
    'Database',
    'CloudWatch’s own numbers and Performance Insights cost nothing',
  ],
  [
    'rds_instance_iam_authentication_enabled_check',
    'Database',
    'no role of a pilot may do more than read its password',
  ],
  ['rds_instance_logging_enabled_check', 'Database', 'a log of all queries would hold what visitors entered'],
  ['rds_instance_multi_az_support_check', 'Database', 'the manifest’s choice: database.multiAz'],
  ['rds_instance_no_default_ports_check', 'Database', 'only the pilot itself reaches it, and expects it there'],
  ['rds_storage_encrypted_kms_key_check', 'Database', 'RDS encrypts with the account’s key for it'],
  [
    'lambda_inside_vpc_check',
    'BackupsCopier',
    'the operator’s subnets come as a parameter, which the rule cannot count',
  ],
  [
    's3_bucket_default_encryption_kms_check',
    'Backups',
    'S3 encrypts with a key of its own; only who restores reads it',
  ],
  ['s3_bucket_logging_enabled_check', 'Backups', 'only the function that copies files writes it'],
  ['s3_bucket_object_lock_enabled_check', 'Backups', 'its versions go after as many days as the manifest says'],
  ['s3_event_notifications_enabled_check', 'Backups', 'the function tells what it has copied'],
  [
    's3_bucket_default_encryption_kms_check',
    'Uploads',
    'S3 encrypts with a key of its own; only the pilot’s role reads it',
  ],
  ['s3_bucket_logging_enabled_check', 'Uploads', 'only the pilot’s own role reads and writes it'],
  ['s3_bucket_object_lock_enabled_check', 'Uploads', 'what visitors uploaded has to be deletable'],
  [
    'elbv2_deletion_protection_enabled_check',
    'Balancer',
    'the stack has it; here it would keep a failed first stack from being cleared',
  ],
  ['sqs_dlq_check', 'FailedCalls', 'it is the queue for what failed'],
];
