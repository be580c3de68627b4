"""Looking at a build and stopping it is allowed or denied on its project.

The emulator asks for a permission on `*`, which denies a role that names the project.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodebuild.html
"""

import json

from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region

_resource = iam_actions.extract_resource_arn


def _with_project(service, method, path, headers, body, *rest):
    found = _resource(service, method, path, headers, body, *rest)
    if service != "codebuild" or found != "*":
        return found
    asked = json.loads(body or b"{}")
    builds = [*asked.get("ids", []), *([asked["id"]] if "id" in asked else [])]
    projects = {one.split(":build/")[-1].split(":")[0] for one in builds}
    if len(projects) != 1:
        return found
    return f"arn:aws:codebuild:{get_region()}:{get_account_id()}:project/{projects.pop()}"


def apply() -> None:
    iam_actions.extract_resource_arn = _with_project
