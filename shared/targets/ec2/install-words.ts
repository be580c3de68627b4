/** The words that the rest of user data is written in: telling, failing, running a command; `decide` comes with what it is for. */
export const WORDS = `# Hands the log group what was written since the last time. That it cannot be had is no reason to fail.
TOLD=0
tell() {
  local lines
  lines=$(wc -l < "$OUTPUT")
  [ "$lines" -gt "$TOLD" ] || return 0
  tail -n "+$((TOLD + 1))" "$OUTPUT" | tail -n 200 | python3 -c 'import json, sys, time
now = int(time.time() * 1000)
lines = sys.stdin.buffer.read().decode(errors="replace").splitlines()
print(json.dumps([{"timestamp": now, "message": line[:2000] or " "} for line in lines]))' > "$EVENTS"
  aws logs put-log-events --log-group-name "$LOGS" --log-stream-name "$STREAM" --log-events "file://$EVENTS" > /dev/null &&
    TOLD=$lines
}

# On a line of its own, whatever was said.
say() {
  local words="$*"
  echo "pilotage: \${words//[$'\\r\\n']/ }" >> "$OUTPUT"
}

# That the disk is full tells more than what failed for it.
fail() {
  local free
  free=$(df -Pk "$FOLDER" | awk 'END {print $4}')
  rm -f "$SPARE"
  [ "\${free:-65536}" -ge 65536 ] || set -- DISK_TOO_SMALL "the disk is full, make ec2.disk larger than $DISK: $2"
  say "FAILED $1: $2"
  decide ABANDON
  exit 1
}

# Runs a command in the release's folder. It is told of before it runs: one that hangs shows.
run() {
  RAN="$*"
  say "$RAN"
  tell
  (cd "$FOLDER" && "$@") >> "$OUTPUT" 2>&1 < /dev/null
}

aws logs create-log-stream --log-group-name "$LOGS" --log-stream-name "$STREAM" || true`;

/** For the instances of a group, whose hook it completes. */
export const DECIDING_IN_GROUP = `# Tells the group whether this instance may serve: CONTINUE, or ABANDON, which ends it.
decide() {
  tell
  for try in 1 2 3 4 5; do
    aws autoscaling complete-lifecycle-action --auto-scaling-group-name "$GROUP" --lifecycle-hook-name "$HOOK" \\
      --instance-id "$INSTANCE" --lifecycle-action-result "$1" && return
    sleep "$try"
  done
}`;

/** The last line of an instance that can run its command. */
export const INSTALLED = 'pilotage: it is installed';

/** For an instance of its own, which ends where it cannot run its command. Nothing but the log tells that it can. */
export const DECIDING_ALONE = `decide() {
  for try in 1 2 3 4 5; do
    tell && break
    sleep "$try"
  done
  [ "$1" = CONTINUE ] || systemctl poweroff
}`;
