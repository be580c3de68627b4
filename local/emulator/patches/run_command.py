"""Run Command reaches the instances that run here, and is allowed by their tags.

The emulator knows the instances alone that it has containers for; it neither heeds the folder and the time that a
command is given, nor sends what it wrote to the log group, ends no command that is to be cancelled, and judges who may
send one on no resource at all.
Of the two resources that AWS judges, the document and the instance, here it is the instance.
https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
"""

import json
import threading

from ministack.core import iam_actions
from ministack.services import ssm

from .group_instances import MACHINES

_resource = iam_actions.extract_resource_arn
_context = iam_actions.request_tag_context
_managed = ssm._managed_instance_ids
_send = ssm._send_command
_finish = ssm._finish_invocation
_handle = ssm.handle_request

_PLUGIN = "aws-runShellScript"
_sending = threading.Lock()
_logs: dict = {}
# Commands that run, with their processes; those that are to be ended.
_processes: dict = {}
_cancelled: set = set()


def _all_managed():
    return {*_managed(), *MACHINES.all()}


def _sent(data):
    with _sending:
        status, headers, body = _send(data)
        config = data.get("CloudWatchOutputConfig") or {}
        if status == 200 and config.get("CloudWatchOutputEnabled"):
            _logs[json.loads(body)["Command"]["CommandId"]] = config["CloudWatchLogGroupName"]
        return status, headers, body


def _finished(command, instance, argv):
    machine = MACHINES.find(instance)
    if not machine:
        _finish(command, instance, argv)
        return
    # Not before all of it is known.
    with _sending:
        record = ssm._commands[command]
    given = record["Parameters"]
    invocation = record["Invocations"][instance]
    invocation.update({"Status": "InProgress", "StatusDetails": "InProgress", "ExecutionStartDateTime": ssm._now_iso()})
    seconds = float((given.get("executionTimeout") or ["3600"])[0])
    folder = (given.get("workingDirectory") or [""])[0]
    code, out, err = machine.run(given["commands"], folder, seconds, lambda child: _processes.update({command: child}))
    _processes.pop(command, None)
    # Whose instance was ended has nobody left who could tell.
    if MACHINES.find(instance) is not machine:
        return
    for name, text in (("stdout", out), ("stderr", err)):
        if text and command in _logs:
            machine.log(_logs[command], f"{command}/{instance}/{_PLUGIN}/{name}", text)
    status = "Cancelled" if command in _cancelled else "TimedOut" if code is None else "Success" if code == 0 else "Failed"
    invocation.update(
        {
            "ResponseCode": -1 if status in ("Cancelled", "TimedOut") else code if code >= 0 else 128 - code,
            "StandardOutputContent": out[: ssm._STDOUT_LIMIT],
            "StandardErrorContent": err[: ssm._STDERR_LIMIT],
            "ExecutionEndDateTime": ssm._now_iso(),
            "StatusDetails": {"TimedOut": "ExecutionTimedOut", "Cancelled": "Canceled"}.get(status, status),
        }
    )
    invocation["Status"] = status
    ssm._refresh_command_status(record)


async def _asked(method, path, headers, body, query):
    if not headers.get("x-amz-target", "").endswith(".CancelCommand"):
        return await _handle(method, path, headers, body, query)
    command = json.loads(body)["CommandId"]
    child = _processes.get(command)
    if child:
        _cancelled.add(command)
        for invocation in ssm._commands[command]["Invocations"].values():
            invocation.update({"Status": "Cancelling", "StatusDetails": "Cancelling"})
        child.kill()
    return ssm.json_response({})


def _on_instance(service, method, path, headers, body, query, region, account):
    instance = _instance(service, headers.get("x-amz-target", ""), body)
    if instance:
        return f"arn:aws:ec2:{region}:{account}:instance/{instance}"
    return _resource(service, method, path, headers, body, query, region, account)


def _with_tags(service, action, body, params):
    context = _context(service, action, body, params)
    tags = MACHINES.tags(_instance(service, action, body))
    return {**context, **{f"ssm:resourceTag/{key}".lower(): value for key, value in tags.items()}}


def _instance(service, action, body):
    if service != "ssm" or not action.endswith("SendCommand"):
        return ""
    return next(iter(json.loads(body or b"{}").get("InstanceIds") or []), "")


def apply() -> None:
    ssm._managed_instance_ids = _all_managed
    ssm._send_command = _sent
    ssm._finish_invocation = _finished
    ssm.handle_request = _asked
    iam_actions.extract_resource_arn = _on_instance
    iam_actions.request_tag_context = _with_tags
