"""Application Auto Scaling, which the emulator does not have.

It keeps scalable targets and their policies, and moves nothing.
https://docs.aws.amazon.com/autoscaling/application/APIReference/Welcome.html
"""

import json
import time

import ministack.app
from ministack.core import iam_actions, router
from ministack.core.responses import (
    AccountRegionScopedDict,
    error_response_json,
    get_account_id,
    get_region,
    json_response,
    new_uuid,
)

_NAME = "application-autoscaling"
_TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_POLICY = ("PolicyName", *_TARGET)
_TIMED = ("ScheduledActionName", *_TARGET)
_targets = AccountRegionScopedDict()
_policies = AccountRegionScopedDict()
_timed = AccountRegionScopedDict()
_tags = AccountRegionScopedDict()


def _key(asked, names):
    return "|".join(str(asked.get(name)) for name in names)


def _arn(kind):
    return f"arn:aws:{_NAME}:{get_region()}:{get_account_id()}:{kind}/{new_uuid()}"


def _missing(what, asked):
    return error_response_json(
        "ObjectNotFoundException", f"No {what} found for service namespace: {asked.get('ServiceNamespace')}, "
        f"resource ID: {asked.get('ResourceId')}, scalable dimension: {asked.get('ScalableDimension')}", 400
    )


def _register(asked):
    key = _key(asked, _TARGET)
    known = _targets.get(key) or {"ScalableTargetARN": _arn("scalable-target"), "CreationTime": time.time()}
    if "MinCapacity" not in {**known, **asked} or "MaxCapacity" not in {**known, **asked}:
        return error_response_json("ValidationException", "MinCapacity and MaxCapacity are required", 400)
    given = {name: value for name, value in asked.items() if name != "Tags"}
    _targets[key] = {**known, **given}
    if asked.get("Tags"):
        _tags[known["ScalableTargetARN"]] = dict(asked["Tags"])
    return json_response({"ScalableTargetARN": known["ScalableTargetARN"]})


def _deregister(asked):
    if not _targets.pop(_key(asked, _TARGET), None):
        return _missing("scalable target", asked)
    # Its policies and times go with it.
    for store in (_policies, _timed):
        for key, one in list(store.items()):
            if _key(one, _TARGET) == _key(asked, _TARGET):
                store.pop(key)
    return json_response({})


def _put_policy(asked):
    if _key(asked, _TARGET) not in _targets:
        return _missing("scalable target", asked)
    key = _key(asked, _POLICY)
    known = _policies.get(key) or {"PolicyARN": _arn("scalingPolicy"), "CreationTime": time.time(), "Alarms": []}
    _policies[key] = {"PolicyType": "StepScaling", **known, **asked}
    return json_response({"PolicyARN": known["PolicyARN"], "Alarms": []})


def _delete_policy(asked):
    return json_response({}) if _policies.pop(_key(asked, _POLICY), None) else _missing("scaling policy", asked)


def _put_timed(asked):
    if _key(asked, _TARGET) not in _targets:
        return _missing("scalable target", asked)
    key = _key(asked, _TIMED)
    known = _timed.get(key) or {"ScheduledActionARN": _arn("scheduledAction"), "CreationTime": time.time()}
    _timed[key] = {**known, **asked}
    return json_response({})


def _delete_timed(asked):
    return json_response({}) if _timed.pop(_key(asked, _TIMED), None) else _missing("scheduled action", asked)


def _matches(one, asked):
    wanted = {name: asked[name] for name in _TARGET if asked.get(name)}
    if asked.get("ResourceIds") and one["ResourceId"] not in asked["ResourceIds"]:
        return False
    if asked.get("PolicyNames") and one.get("PolicyName") not in asked["PolicyNames"]:
        return False
    return all(one.get(name) == value for name, value in wanted.items())


def _describe_targets(asked):
    return json_response({"ScalableTargets": [one for one in _targets.values() if _matches(one, asked)]})


def _describe_policies(asked):
    return json_response({"ScalingPolicies": [one for one in _policies.values() if _matches(one, asked)]})


def _describe_timed(asked):
    return json_response({"ScheduledActions": [one for one in _timed.values() if _matches(one, asked)]})


def _tag(asked):
    _tags[asked["ResourceARN"]] = {**_tags.get(asked["ResourceARN"], {}), **asked["Tags"]}
    return json_response({})


def _list_tags(asked):
    return json_response({"Tags": _tags.get(asked["ResourceARN"], {})})


_ACTIONS = {
    "RegisterScalableTarget": _register,
    "DeregisterScalableTarget": _deregister,
    "DescribeScalableTargets": _describe_targets,
    "PutScalingPolicy": _put_policy,
    "DeleteScalingPolicy": _delete_policy,
    "DescribeScalingPolicies": _describe_policies,
    "PutScheduledAction": _put_timed,
    "DeleteScheduledAction": _delete_timed,
    "DescribeScheduledActions": _describe_timed,
    "TagResource": _tag,
    "ListTagsForResource": _list_tags,
}


async def _handle(_method, _path, headers, body, _query):
    action = headers.get("x-amz-target", "").split(".")[-1]
    if action not in _ACTIONS:
        return error_response_json("UnknownOperationException", f"Unknown action: {action}", 400)
    return _ACTIONS[action](json.loads(body or b"{}"))


def apply() -> None:
    router.SERVICE_PATTERNS.setdefault(_NAME, {"target_prefixes": ["AnyScaleFrontendService"]})
    iam_actions.SERVICE_TO_IAM_NAMESPACE.setdefault(_NAME, _NAME)
    ministack.app.SERVICE_HANDLERS.setdefault(_NAME, _handle)
