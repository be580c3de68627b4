import { APP_LOG } from './unit.ts';

const CONTROL = '/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl';
const SETTINGS = '/opt/pilot/log-agent.json';

/**
 * The CloudWatch agent of the distribution, which follows the file that the pilot writes to.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html
 */
export const agentSettings = (group: string, stream: string): string =>
  `${JSON.stringify({
    agent: { run_as_user: 'root' },
    logs: {
      logs_collected: {
        files: { collect_list: [{ file_path: APP_LOG, log_group_name: group, log_stream_name: stream }] },
      },
    },
  })}\n`;

export const startAgent = `${CONTROL} -a fetch-config -m ec2 -s -c file:${SETTINGS}`;
export const AGENT_SETTINGS = SETTINGS;

/** The file begins anew before it fills the disk; who writes to it need not know. */
export const ROTATION = `${APP_LOG} {
  size 50M
  rotate 2
  copytruncate
  missingok
}
`;

/**
 * How often that is looked at: once a day, as the distribution has it, is too late for a disk of 8 GiB.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.timer.html
 */
export const OFTEN_FOLDER = '/etc/systemd/system/logrotate.timer.d';
export const OFTEN = `[Timer]
OnCalendar=
OnCalendar=*:0/10
AccuracySec=1m
`;
