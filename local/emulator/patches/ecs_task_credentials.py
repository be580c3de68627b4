"""A task finds the credentials of its role, and knows its region.

The emulator tells each task an address of credentials that are nobody's, and no region.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
"""

import json
import time

from ministack.core.lambda_runtime import execution_credentials
from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs, imds

_ADDRESS = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_PATH = "/v2/credentials/"
_HOUR = 3600
_register = ecs._register_metadata
_answer = imds.handle_request
# By what stands at the end of the address.
_tasks = {}


def _registered(task_arn, cluster_arn, definition, container, launch_type, environment, *rest):
    token = _register(task_arn, cluster_arn, definition, container, launch_type, environment, *rest)
    environment.setdefault("AWS_REGION", get_region())
    address = environment.pop(_ADDRESS)
    if role := definition.get("taskRoleArn"):
        environment[_ADDRESS] = address
        _tasks[address.split(_PATH)[-1]] = {"Role": role, **_as_function(task_arn)}
    return token


def _as_function(task_arn):
    """The emulator makes such credentials for functions alone."""
    name = task_arn.split("/")[-1]
    return {"FunctionArn": f"arn:aws:lambda:{get_region()}:{get_account_id()}:function:{name}", "FunctionName": name}


async def _answered(method, path, headers, body, query):
    task = _tasks.get(path.removeprefix(_PATH))
    if not task:
        return await _answer(method, path, headers, body, query)
    made = execution_credentials(task)
    document = {
        "RoleArn": task["Role"],
        "AccessKeyId": made["AWS_ACCESS_KEY_ID"],
        "SecretAccessKey": made["AWS_SECRET_ACCESS_KEY"],
        "Token": made["AWS_SESSION_TOKEN"],
        "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + _HOUR)),
    }
    return 200, {"Content-Type": "application/json"}, json.dumps(document).encode()


def apply() -> None:
    ecs._register_metadata = _registered
    imds.handle_request = _answered
