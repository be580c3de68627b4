"""The same client token runs the same tasks, in one cluster.

The emulator starts others each time that it is asked.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
"""

import json
import threading

from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs

_run_task = ecs._ACTION_MAP["RunTask"]
_answers = {}
_lock = threading.Lock()


def _run_once(data):
    token = data.get("clientToken")
    if not token:
        return _run_task(data)
    key = (get_account_id(), get_region(), ecs._resolve_cluster_name(data.get("cluster", "default")), token)
    with _lock:
        if key not in _answers:
            status, headers, body = _run_task(data)
            if status != 200:
                return status, headers, body
            _answers[key] = [task["taskArn"] for task in json.loads(body)["tasks"]]
            return status, headers, body
    return ecs.json_response({"tasks": [ecs._sanitize(ecs._tasks[arn]) for arn in _answers[key]], "failures": []})


def apply() -> None:
    ecs._ACTION_MAP["RunTask"] = _run_once
