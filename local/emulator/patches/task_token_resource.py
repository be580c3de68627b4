"""Answering a token is allowed or denied on the state machine that gave it out.

The emulator asks for a permission on `*`, which denies a role that names the machine.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
"""

import json

from ministack.core import iam_actions
from ministack.services import stepfunctions

_apply_parameters = stepfunctions._apply_parameters
_resource = iam_actions.extract_resource_arn
_machines: dict[str, str] = {}


def _remembering(state_def, data, ctx=None):
    parameters = _apply_parameters(state_def, data, ctx)
    if ctx and ctx.get("Task"):
        _machines[ctx["Task"]["Token"]] = ctx["StateMachine"]["Id"]
    return parameters


def _with_machine(service, method, path, headers, body, *rest):
    if service == "states" and b'"taskToken"' in (body or b""):
        machine = _machines.get(json.loads(body).get("taskToken"))
        if machine:
            return machine
    return _resource(service, method, path, headers, body, *rest)


def apply() -> None:
    stepfunctions._apply_parameters = _remembering
    iam_actions.extract_resource_arn = _with_machine
