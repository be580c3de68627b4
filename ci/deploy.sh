#!/bin/sh
# Deploys a pilot as a step of somebody else's CI, and ends as the deployment does: 0 live, 1 failed or rolled back,
# 2 bad manifest or usage, 3 AWS cannot be reached.
#
# No key is stored: the job's own OIDC token is changed for the role AWS_ROLE_ARN, for as long as the job lasts.
# https://docs.aws.amazon.com/sdkref/latest/guide/access-assume-role-web.html
#
#   PILOT_PATH          the folder with pilot.yaml, or a manifest (.)
#   PILOT_ENVIRONMENT   production, unless said otherwise
#   PILOT_STAGE         which Pilotage (dev)
#   PILOT_COMMIT        the commit that the artifact was built from (what the CI says),
#                       all 40 (or 64) hex digits, as git rev-parse HEAD prints them
#   AWS_REGION          the region of that Pilotage
#   AWS_ROLE_ARN        the role, where the job has no credentials of its own
#
# To try it against `npm start`, which prints the address:
#
#   export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_REGION=us-east-1
#   export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
#   PILOT_PATH=examples/static/v1 PILOT_COMMIT=$(git rev-parse HEAD) ci/deploy.sh
set -eu

if [ "${1:-}" = --help ]; then
  sed -n '2,/^set /s/^#\( \|$\)//p' "$0"
  exit 0
fi

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
commit=${PILOT_COMMIT:-${GITHUB_SHA:-${CI_COMMIT_SHA:-}}}
if [ -z "$commit" ]; then
  echo "PILOT_COMMIT is not set, and this is no job of GitHub Actions or GitLab CI: say which commit was built" >&2
  exit 2
fi
case ${#commit}:$commit in
  *:*[!0-9A-Fa-f]*) whole=no ;;
  40:* | 64:*) whole=yes ;;
  *) whole=no ;;
esac
if [ "$whole" = no ]; then
  echo "PILOT_COMMIT is no commit: it has to be all 40 (or 64) hex digits, as git rev-parse HEAD prints them" >&2
  exit 2
fi
if [ -z "${AWS_REGION:-}" ]; then
  echo "AWS_REGION is not set: say in which region that Pilotage is installed" >&2
  exit 2
fi

if [ -n "${AWS_ROLE_ARN:-}" ] && [ -z "${AWS_WEB_IDENTITY_TOKEN_FILE:-}" ]; then
  token=$(mktemp)
  trap 'rm -f "$token"' EXIT
  if [ -n "${PILOTAGE_ID_TOKEN:-}" ]; then
    printf %s "$PILOTAGE_ID_TOKEN" > "$token"
  elif [ -n "${ACTIONS_ID_TOKEN_REQUEST_URL:-}" ]; then
    curl -fsS --retry 3 -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
      "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" |
      node -e 'process.stdin.on("data", (part) => (all = (globalThis.all ?? "") + part)).on("end", () => process.stdout.write(JSON.parse(all).value))' \
        > "$token"
  else
    echo "the job has no OIDC token: give it the permission id-token: write (GitHub) or id_tokens: PILOTAGE_ID_TOKEN (GitLab)" >&2
    exit 2
  fi
  export AWS_WEB_IDENTITY_TOKEN_FILE="$token" AWS_ROLE_SESSION_NAME="pilotage-$(printf %.12s "$commit")"
fi

node "$here/../dist/cli/pilot.js" deploy "${PILOT_PATH:-.}" --aws --wait --commit "$commit" \
  --env "${PILOT_ENVIRONMENT:-production}" --stage "${PILOT_STAGE:-dev}"
