import type { Added } from '../artifact/zip-end.ts';
import { commandLine, quoted } from '../ec2/shell-words.ts';
import type { Plan, Task } from '../target.ts';
import { taskStreams } from './task-log.ts';

/** Seconds after which an instance ends a command by itself that nobody else has ended. */
const SPARE = 15 * 60;

/**
 * What makes the bundle of a release one that runs a command: a leader command, which Elastic Beanstalk runs in the
 * folder of the release, with its environment properties and secrets, once its dependencies are installed and before it would be started.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/customize-containers-ec2.html#linux-container-commands
 */
export function taskFiles(plan: Plan, task: Pick<Task, 'id' | 'command' | 'timeout'>, region: string): Added[] {
  const script = `.pilotage/task-${task.id}.sh`;
  // Commands run by their names, and files by theirs: after those that the release has itself.
  const commands = { zzz_pilotage: { command: `bash ${script}`, leader_only: true } };
  return [
    {
      path: `.ebextensions/zzz-pilotage-${task.id}.config`,
      content: `${JSON.stringify({ container_commands: commands }, null, 2)}\n`,
    },
    { path: script, content: taskScript(plan, task, region) },
  ];
}

/**
 * Whoever makes the log stream of a run runs its command: CloudWatch Logs makes it once, so that neither an instance that takes
 * the place of another one, nor another environment with the same bundle runs it again. It never ends well: a release
 * that would be started here could do something already while its own migration has just been made, or has failed.
 */
function taskScript(
  plan: Plan,
  { id, command, timeout }: Pick<Task, 'id' | 'command' | 'timeout'>,
  region: string,
): string {
  const { group, words, output } = taskStreams(plan, id);
  return `#!/bin/bash
# ${plan.pilot} in ${plan.environment}, release ${plan.release}, for one command. Written by Pilotage.
REGION=${quoted(region)}
GROUP=${quoted(group)}
WORDS=${quoted(words)}
STREAM=${quoted(output)}
LIMIT=${timeout + SPARE}
set -- ${commandLine(command)}

FOLDER=$(mktemp -d)
OUTPUT=$FOLDER/output
TOLD=0
: > "$OUTPUT"

# Under the instance's own role, whatever the pilot's variables say.
logs() {
  (
    PATH="$PATH:/usr/local/bin:/usr/bin:/bin"
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE
    aws logs "$1" --region "$REGION" --log-group-name "$GROUP" --log-stream-name "$2" "\${@:3}"
  )
}

# Hands a log stream what is read: at most 400 lines, each of at most 2000 bytes.
put() {
  tail -n 400 | python3 -c 'import json, sys, time
now = int(time.time() * 1000)
lines = sys.stdin.buffer.read().splitlines()
print(json.dumps([{"timestamp": now, "message": line[:2000].decode(errors="replace") or " "} for line in lines]))' > "$FOLDER/events" &&
    logs put-log-events "$1" --log-events "file://$FOLDER/events" > /dev/null
}

# A word that has to arrive.
say() {
  local try
  for try in 1 2 3 4 5 6 7 8 9 10; do
    echo "$*" | put "$WORDS" && return
    sleep "$((try * 2))"
  done
  return 1
}

# What the command wrote since the last time. That it cannot be told is no reason to stop.
tell() {
  local lines
  lines=$(wc -l < "$OUTPUT")
  [ "$lines" -gt "$TOLD" ] || return 0
  tail -n "+$((TOLD + 1))" "$OUTPUT" | put "$STREAM" && TOLD=$lines
}

claim() {
  local try said
  for try in 1 2 3 4 5; do
    said=$(logs create-log-stream "$WORDS" 2>&1) && return
    echo "$said"
    case $said in *ResourceAlreadyExistsException*) return 1 ;; esac
    sleep "$try"
  done
  return 1
}

claim || exit 1
logs create-log-stream "$STREAM"
say "begun $(date -u +%Y-%m-%dT%H:%M:%SZ)" || exit 1
(
  for folder in /var/app/venv/*/bin; do [ ! -d "$folder" ] || PATH="$folder:$PATH"; done
  exec timeout --kill-after=30 "$LIMIT" "$@"
) >> "$OUTPUT" 2>&1 < /dev/null &
child=$!
while kill -0 "$child" 2> /dev/null; do
  tell
  for ((tick = 0; tick < 10; tick += 1)); do kill -0 "$child" 2> /dev/null && sleep 0.5; done
done
wait "$child"
code=$?
[ -z "$(tail -c 1 "$OUTPUT")" ] || echo >> "$OUTPUT"
tell
rm -f "$OUTPUT"
say "exit code $code"
# The release is not started here.
exit 1
`;
}
