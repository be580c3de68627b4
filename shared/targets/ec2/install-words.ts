/** The words that the rest of user data is written in: telling, deciding, failing, running a command. */
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
  TOLD=$lines
  aws logs put-log-events --log-group-name "$LOGS" --log-stream-name "$STREAM" --log-events "file://$EVENTS" > /dev/null || true
}

say() {
  echo "pilotage: $*" >> "$OUTPUT"
}

# Tells the group whether this instance may serve: CONTINUE, or ABANDON, which ends it.
decide() {
  tell
  for try in 1 2 3 4 5; do
    aws autoscaling complete-lifecycle-action --auto-scaling-group-name "$GROUP" --lifecycle-hook-name "$HOOK" \\
      --instance-id "$INSTANCE" --lifecycle-action-result "$1" && return
    sleep "$try"
  done
}

fail() {
  say "FAILED $1: $2"
  decide ABANDON
  exit 1
}

# Runs a command in the release's folder. It is told of before it runs: one that hangs shows.
run() {
  say "$*"
  tell
  (cd "$FOLDER" && "$@") >> "$OUTPUT" 2>&1 < /dev/null
}

aws logs create-log-stream --log-group-name "$LOGS" --log-stream-name "$STREAM" || true`;
