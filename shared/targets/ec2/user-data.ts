import type { Colour } from '../balanced/colours.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { environmentScript } from './environment-script.ts';
import { DECIDING_IN_GROUP, WORDS } from './install-words.ts';
import { AGENT_SETTINGS, agentSettings, OFTEN, OFTEN_FOLDER, ROTATION, startAgent } from './log-agent.ts';
import { appStream, groupName, HOOK, installStream, releaseKey } from './names.ts';
import { fetchingSettings } from './settings-script.ts';
import { commandLine, fileText, quoted } from './shell-words.ts';
import type { Stack } from './stack.ts';
import { APP_LOG, BEFORE, FOLDER, launcher, START, STOP, UNIT, unitOf } from './unit.ts';

/** Seconds that a started pilot has until it answers, besides its own grace. */
const TO_ANSWER = 60;
export const answerWithin = ({ grace }: { grace: number }): number => TO_ANSWER + grace;

/**
 * What an instance of a release does as it starts, once, as root: a script that holds no secret. It fetches the
 * artifact, checks it, installs it, starts it, and tells the group's lifecycle hook how that went; what it did
 * stands in a log stream of the instance's own, and `pilotage: FAILED <code>: <words>` is the last line where it went wrong.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
 */
export function userDataOf(plan: Plan, stack: Stack, colour: Colour): string {
  const { start, stop, mount, port, health } = detailOf(plan);
  return [
    `#!/bin/bash
# ${plan.pilot} in ${plan.environment}, release ${plan.release}, ${colour}. Written by Pilotage; cloud-init runs it once, as root.`,
    settings(plan, stack, {
      GROUP: groupName(plan, colour),
      HOOK,
      ANSWERS: `http://127.0.0.1:${port}${health.path}`,
      SECONDS_TO_ANSWER: String(answerWithin(health)),
    }),
    WORDS,
    DECIDING_IN_GROUP,
    packages(['logrotate', 'amazon-cloudwatch-agent'], mount),
    ...(mount === undefined ? [] : [mounting(mount, stack)]),
    RELEASE,
    ...fetchingSettings(plan),
    `# What the pilot writes goes to the log group.
${fileText(AGENT_SETTINGS, '0644', agentSettings(stack.logs, appStream(plan.release, '{instance_id}')))}
${fileText('/etc/logrotate.d/pilot', '0644', ROTATION)}
mkdir -p ${OFTEN_FOLDER}
${fileText(`${OFTEN_FOLDER}/pilot.conf`, '0644', OFTEN)}
systemctl daemon-reload
systemctl enable --quiet logrotate.timer
run systemctl restart logrotate.timer || fail LOGS_NOT_SET_UP "the timer of logrotate could not be started"
touch ${APP_LOG}
chown pilot ${APP_LOG}
run ${startAgent} || fail LOGS_NOT_SET_UP "the CloudWatch agent could not be started"`,
    installing(plan),
    configuring(plan, stack),
    ...(start ? [starting(plan, start, stop)] : []),
    waiting(plan),
  ].join('\n\n');
}

/** What an instance of whatever kind is told. */
export function settings(plan: Plan, stack: Stack, more: Record<string, string>): string {
  const { sha256, disk } = detailOf(plan);
  const told: Record<string, string> = {
    AWS_DEFAULT_REGION: stack.region,
    LOGS: stack.logs,
    BUCKET: stack.bucket,
    KEY: releaseKey(plan, plan.release, sha256),
    SHA256: sha256,
    FOLDER,
    DISK: String(disk),
    ...more,
  };
  return `set -u
export HOME=/root
${Object.entries(told)
  .map(([name, value]) => `${name === 'AWS_DEFAULT_REGION' ? 'export ' : ''}${name}=${quoted(value)}`)
  .join('\n')}
OUTPUT=/var/log/pilot/install.log
EVENTS=/var/log/pilot/events.json
METADATA=http://169.254.169.254/latest
mkdir -p /var/log/pilot /etc/pilot "$FOLDER"
# Room for the last words, should the disk be full by then.
SPARE=/var/log/pilot/spare
head -c 1000000 /dev/zero > "$SPARE"
: > "$OUTPUT"
TOKEN=$(curl --silent --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 600' "$METADATA/api/token")
INSTANCE=$(curl --silent --header "X-aws-ec2-metadata-token: $TOKEN" "$METADATA/meta-data/instance-id")
STREAM=${installStream(plan.release, '')}$INSTANCE`;
}

export const packages = (
  more: string[],
  mount: string | undefined,
): string => `# What the distribution has and the image does not.
run dnf install --assumeyes --quiet ${['unzip', ...more, ...(mount ? ['amazon-efs-utils'] : [])].join(' ')} ||
  fail PACKAGES_NOT_INSTALLED "the packages that Pilotage needs could not be installed: can the instance reach S3?"
id pilot > /dev/null 2>&1 || useradd --system --home-dir "$FOLDER" --shell /sbin/nologin pilot`;

/** https://docs.aws.amazon.com/efs/latest/ug/mounting-access-points.html */
export function mounting(mount: string, { files }: Stack): string {
  if (!files) throw new Error('ec2.mount is given, and the stack has no output FileSystem');
  const options = `_netdev,tls,iam,accesspoint=${files.accessPoint}`;
  return `# The volume.
mkdir -p ${quoted(mount)}
echo ${quoted(`${files.fileSystem}:/ ${mount} efs ${options} 0 0`)} >> /etc/fstab
run mount ${quoted(mount)} || fail VOLUME_NOT_MOUNTED "the volume could not be mounted"`;
}

export const RELEASE = `# The release.
run aws s3api get-object --bucket "$BUCKET" --key "$KEY" /opt/pilot/release.zip ||
  fail ARTIFACT_NOT_READ "the artifact could not be fetched from s3://$BUCKET/$KEY"
echo "$SHA256  /opt/pilot/release.zip" | sha256sum --check --status ||
  fail ARTIFACT_CHANGED "the artifact is not the one that was planned"
run unzip -q -o /opt/pilot/release.zip -d "$FOLDER" || fail ARTIFACT_NOT_A_ZIP "the artifact could not be unpacked"
rm -f /opt/pilot/release.zip`;

/** As root: a pilot's first need is often a package. */
export function installing(plan: Plan): string {
  const lines = detailOf(plan).install.map(
    (argv) => `run ${commandLine(argv)} || fail INSTALL_FAILED "ec2.install ended with exit code $?: $RAN"`,
  );
  return ['# What the pilot is installed with.', ...lines, 'chown -R pilot "$FOLDER"'].join('\n');
}

/** The environment that the pilot is started with, and its commands are. */
export const configuring = (plan: Plan, stack: Stack): string => `# What it is started with.
${fileText(BEFORE, '0700', environmentScript(plan, stack.region))}
run ${BEFORE} || fail SECRET_NOT_READ "a secret could not be read"`;

function starting(plan: Plan, start: string[], stop: string[] | undefined): string {
  return `# From here on it is a service, also when the instance starts again.
${fileText(START, '0755', launcher(start))}
${stop ? `${fileText(STOP, '0755', launcher(stop))}\n` : ''}${fileText(`/etc/systemd/system/${UNIT}`, '0644', unitOf(plan))}
systemctl daemon-reload
run systemctl enable --now ${UNIT} || fail START_FAILED "systemd could not start the pilot"`;
}

function waiting(plan: Plan): string {
  const { start, port } = detailOf(plan);
  const ended = start
    ? `
  if systemctl is-failed --quiet ${UNIT}; then
    code=$(systemctl show --property ExecMainStatus --value ${UNIT})
    tail -n 20 ${APP_LOG} >> "$OUTPUT"
    fail START_FAILED "ec2.start ended again and again, the last time with exit code $code"
  fi`
    : '';
  return `# Whether what it says is right, the load balancer finds out.
began=$SECONDS
until curl --silent --output /dev/null --max-time 5 "$ANSWERS"; do${ended}
  if [ $((SECONDS - began)) -ge "$SECONDS_TO_ANSWER" ]; then
    tail -n 20 ${APP_LOG} >> "$OUTPUT"
    fail NOTHING_ANSWERS "nothing answered on port ${port} within $SECONDS_TO_ANSWER seconds"
  fi
  sleep 1
done
say "it answers"
decide CONTINUE
`;
}
