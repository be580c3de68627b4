"""One instance is started from a launch template, runs on this machine, and ends by itself or when it is told to.

The emulator starts instances without what their launch template says, starts others each time that the same client token
comes, and judges who may do it on no resource at all. Of all the resources that AWS judges, here it is the template, or
the instance that is to end. Each runs its user data, as those of groups do (local/instances); one that powers off says
so: `POST /_pilotage/instances {"instance": <id>}`.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

import json
import re
import threading
import time

import ministack.app
from ministack.core import iam_actions
from ministack.services import ec2

from .group_instances import MACHINES, _later, _launch_data

_admin = ministack.app._handle_admin_config_request
_resource = iam_actions.extract_resource_arn
_context = iam_actions.request_tag_context
_run = ec2._run_instances
_terminate = ec2._terminate_instances

_TEMPLATE = "LaunchTemplate.LaunchTemplateId"
_lock = threading.Lock()
# By client token: what was asked, and what it was answered with.
_answers: dict = {}


def _started(params):
    token = ec2._p(params, "ClientToken")
    asked = json.dumps(params, sort_keys=True, default=str)
    with _lock:
        known = _answers.get(token) if token else None
        if known and known[0] != asked:
            return ec2._error("IdempotentParameterMismatch", "The token was used with other parameters", 400)
        if known:
            return known[1]
        answer = _run_from_template(params)
        if token and answer[0] == 200:
            _answers[token] = (asked, answer)
        return answer


def _run_from_template(params):
    identity = ec2._p(params, _TEMPLATE)
    if not identity:
        return _run(params)
    data = _launch_data({"LaunchTemplateId": identity, "Version": ec2._p(params, "LaunchTemplate.Version")})
    if not data:
        return ec2._error("InvalidLaunchTemplateId.VersionNotFound", "Could not find the launch template version", 400)
    answer = _run({**_parameters(data), **params})
    if answer[0] == 200:
        for one in _instances_in(answer):
            MACHINES.start(one, {**data, "TagSpecifications": [{"ResourceType": "instance", "Tags": ec2._tags.get(one, [])}]})
    return answer


def _parameters(data):
    """What the template says, as a call would say it."""
    profile = (data.get("IamInstanceProfile") or {}).get("Arn", "")
    return {
        "ImageId": data.get("ImageId", ""),
        "InstanceType": data.get("InstanceType", ""),
        "UserData": data.get("UserData", ""),
        "IamInstanceProfile.Arn": profile,
        **{f"SecurityGroupId.{at}": one for at, one in enumerate(data.get("SecurityGroupIds") or [], 1)},
    }


def _instances_in(answer):
    body = answer[2]
    text = body.decode() if isinstance(body, bytes) else body
    return re.findall(r"<instanceId>([^<]+)</instanceId>", text)


def _terminated(params):
    answer = _terminate(params)
    if answer[0] == 200:
        for one in ec2._parse_member_list(params, "InstanceId"):
            _later(0, MACHINES.stop, one)
    return answer


async def _told(path, method, body):
    if path != "/_pilotage/instances" or method != "POST":
        return await _admin(path, method, body)
    identity = json.loads(body)["instance"]
    one = ec2._instances.get(identity)
    if one:
        one["State"] = {"Code": 48, "Name": "terminated"}
        one["_terminated_at"] = time.time()
        _later(0, MACHINES.stop, identity)
    return 200, {"Content-Type": "application/json"}, b"{}"


def _with_template(service, method, path, headers, body, query, region, account):
    if service == "ec2" and query.get(_TEMPLATE):
        return f"arn:aws:ec2:{region}:{account}:launch-template/{ec2._p(query, _TEMPLATE)}"
    if service == "ec2" and ec2._p(query, "Action") == "TerminateInstances":
        return f"arn:aws:ec2:{region}:{account}:instance/{ec2._p(query, 'InstanceId.1')}"
    return _resource(service, method, path, headers, body, query, region, account)


def _with_tags(service, action, body, params):
    context = _context(service, action, body, params)
    if service != "ec2" or not (params.get(_TEMPLATE) or action.endswith("TerminateInstances")):
        return context
    tags = ec2._tags.get(ec2._p(params, _TEMPLATE) or ec2._p(params, "InstanceId.1"), [])
    return {**context, **{f"aws:ResourceTag/{one['Key']}".lower(): one["Value"] for one in tags}}


def apply() -> None:
    global _admin, _resource, _context
    _admin = ministack.app._handle_admin_config_request
    _resource, _context = iam_actions.extract_resource_arn, iam_actions.request_tag_context
    ministack.app._handle_admin_config_request = _told
    ec2._ACTION_MAP.update({"RunInstances": _started, "TerminateInstances": _terminated})
    iam_actions.extract_resource_arn = _with_template
    iam_actions.request_tag_context = _with_tags
