"""An Auto Scaling group starts and ends instances, as many as it should have.

The emulator says that they are there at once, knows no mixed instances policy, and neither holds an instance
back for a lifecycle hook nor tells a target group of it. Where the load balancer of this machine is there
(elb_targets), an instance is real: local/instances runs its user data, and its target is 127.0.0.1 and a port of its own.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
"""

import contextvars
import os
import sys
import threading
import time
import uuid

from ministack.services import autoscaling, ec2

from . import elb_targets
from .group_activities import began, over

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../instances"))
from machines import Machines  # noqa: E402

_create = autoscaling._create_asg
_update = autoscaling._update_asg
_delete = autoscaling._delete_asg
_reconcile = autoscaling._reconcile_instances

_LOOK_EVERY = 0.5
# Groups that stacks make are without: they stay as the emulator has them.
_GROUPS = "TargetGroupARNs"
_lock = threading.RLock()
_since: dict = {}
MACHINES = Machines()


def _tree(params, prefix):
    """`prefix.A.member.1.B=x` as {"A": [{"B": x}]}"""
    tree: dict = {}
    for name in params:
        if not name.startswith(f"{prefix}."):
            continue
        *path, last = name[len(prefix) + 1 :].split(".")
        here = tree
        for part in path:
            here = here.setdefault(part, {})
        here[last] = autoscaling._p(params, name)
    return _listed(tree)


def _listed(tree):
    if not isinstance(tree, dict):
        return tree
    if set(tree) == {"member"}:
        return [_listed(tree["member"][key]) for key in sorted(tree["member"], key=int)]
    return {key: _listed(value) for key, value in tree.items()}


def _noted(asg, params):
    policy = _tree(params, "MixedInstancesPolicy")
    if policy:
        asg["MixedInstancesPolicy"] = policy


def _created(params):
    with _lock:
        answer = _create(params)
        if answer[0] == 200:
            name = autoscaling._p(params, "AutoScalingGroupName")
            asg = autoscaling._asgs[name]
            _noted(asg, params)
            asg[_GROUPS] = autoscaling._parse_member_list(params, "TargetGroupARNs")
            asg["Instances"].clear()
            for hook in _hooks_in(params):
                _hook(name, hook)
            _settle(asg)
        return answer


def _hooks_in(params):
    listed = _tree(params, "LifecycleHookSpecificationList")
    return listed if isinstance(listed, list) else []


def _hook(name, fields):
    record = autoscaling._hook_record(name, fields["LifecycleHookName"], fields)
    autoscaling._hooks[f"{name}/{fields['LifecycleHookName']}"] = record


def _updated(params):
    with _lock:
        asg = autoscaling._asgs.get(autoscaling._p(params, "AutoScalingGroupName"))
        answer = _update(params)
        if asg and answer[0] == 200:
            _noted(asg, params)
            asg["DesiredCapacity"] = min(asg["MaxSize"], max(asg["MinSize"], asg["DesiredCapacity"]))
            if _GROUPS in asg:
                _settle(asg)
        return answer


def _deleted(params):
    with _lock:
        asg = autoscaling._asgs.get(autoscaling._p(params, "AutoScalingGroupName"))
        for one in list(asg["Instances"]) if asg else []:
            _end(asg, one, "a user request deleted the group")
        return _delete(params)


def _settle(asg):
    alive = [one for one in asg["Instances"] if not one["LifecycleState"].startswith("Terminating")]
    for one in alive[asg["DesiredCapacity"] :]:
        _end(asg, one, "a user request made the group smaller")
    for _ in range(asg["DesiredCapacity"] - len(alive)):
        _launch(asg)


def _specification(asg):
    policy = (asg.get("MixedInstancesPolicy") or {}).get("LaunchTemplate") or {}
    return policy.get("LaunchTemplateSpecification") or asg.get("LaunchTemplate") or {}


def _launch(asg):
    identity = f"i-{uuid.uuid4().hex[:17]}"
    specification = _specification(asg)
    one = {
        "InstanceId": identity,
        "LifecycleState": "Pending",
        "HealthStatus": "Healthy",
        "AvailabilityZone": asg["AvailabilityZones"][0],
        "ProtectedFromScaleIn": False,
        "LaunchTemplate": {**specification, "LaunchTemplateName": specification.get("LaunchTemplateName", "")},
        "LaunchConfigurationName": "",
    }
    asg["Instances"].append(one)
    began(asg, identity, f"Launching a new EC2 instance: {identity}", "an instance was started to meet the desired capacity")
    if not elb_targets.BALANCER or not asg[_GROUPS]:
        _join(asg, one)
        return
    hook = next((one for one in autoscaling._hooks.values() if one["AutoScalingGroupName"] == asg["AutoScalingGroupName"]), None)
    if hook:
        one["LifecycleState"] = "Pending:Wait"
        _later(hook["HeartbeatTimeout"], _decide, asg, one, hook["DefaultResult"], "Heartbeat Timeout")
    MACHINES.start(identity, _launch_data(specification))
    if not hook:
        _join(asg, one)
    _watch()


def _launch_data(specification):
    template = ec2._launch_templates.get(specification.get("LaunchTemplateId"), {})
    versions = template.get("Versions", [])
    wanted = specification.get("Version")
    return next((one["LaunchTemplateData"] for one in versions if str(one["VersionNumber"]) == wanted), {})


def _join(asg, one):
    one["LifecycleState"] = "InService"
    _since[one["InstanceId"]] = time.monotonic()
    with elb_targets._changing:
        for group in asg.get(_GROUPS, []):
            elb_targets._add(group, [_target(group, one)])
    over(asg, one["InstanceId"], "Successful")


def _target(group, one):
    port = MACHINES.port(one["InstanceId"])
    return ("127.0.0.1", port) if port else (one["InstanceId"], _port_of(group))


def _port_of(group):
    from ministack.services import alb

    return int(alb._tgs[group]["Port"])


def _decide(asg, one, result, why):
    with _lock:
        if one not in asg["Instances"] or one["LifecycleState"] != "Pending:Wait":
            return
        if result == "CONTINUE":
            _join(asg, one)
            return
        said = f"Instance failed to complete user's Lifecycle Action: Lifecycle Action with token {uuid.uuid4()} was abandoned: {why}"
        over(asg, one["InstanceId"], "Cancelled", said)
        _end(asg, one, "its lifecycle action was abandoned")
        _settle(asg)


def _end(asg, one, cause):
    if one["LifecycleState"].startswith("Terminating"):
        return
    identity = one["InstanceId"]
    was_serving = one["LifecycleState"] == "InService"
    one["LifecycleState"] = "Terminating"
    if not was_serving:
        over(asg, identity, "Cancelled")
    else:
        began(asg, identity, f"Terminating EC2 instance: {identity}", cause)
    longest = 0.0
    with elb_targets._changing:
        for group in asg.get(_GROUPS, []) if was_serving else []:
            elb_targets._remove(group, {_target(group, one)})
            longest = max(longest, float(elb_targets._attribute(group, elb_targets._DELAY, "300")))
    if elb_targets.BALANCER:
        _later(longest * elb_targets.BALANCER.get("speed", 1), _gone, asg, one)
    else:
        _gone(asg, one)


def _gone(asg, one):
    MACHINES.stop(one["InstanceId"])
    with _lock:
        if one in asg["Instances"]:
            asg["Instances"].remove(one)
        _since.pop(one["InstanceId"], None)
        over(asg, one["InstanceId"], "Successful")


def _later(seconds, work, *given):
    context = contextvars.copy_context()
    timer = threading.Timer(seconds, context.run, (work, *given))
    timer.daemon = True
    timer.start()


_watching = False


def _watch():
    """Whom the load balancer finds ill, once its grace is over, is ended, and another one takes its place."""
    global _watching
    if _watching:
        return
    _watching = True
    _later(_LOOK_EVERY, _look)


def _look():
    from ministack.services import alb

    with _lock:
        for asg in list(autoscaling._asgs.values()):
            if asg["HealthCheckType"] != "ELB" or _GROUPS not in asg:
                continue
            grace = asg["HealthCheckGracePeriod"] * elb_targets.BALANCER.get("speed", 1)
            for one in list(asg["Instances"]):
                begun = _since.get(one["InstanceId"])
                if one["LifecycleState"] != "InService" or begun is None or time.monotonic() - begun < grace:
                    continue
                for group in asg.get(_GROUPS, []):
                    known = alb._targets.get(group, [])
                    state = next((it.get("State") for it in known if elb_targets._key(it, 0) == _target(group, one)), "")
                    if state == "unhealthy":
                        one["HealthStatus"] = "Unhealthy"
                        _end(asg, one, "an instance was taken out of service in response to an ELB system health check failure.")
            _settle(asg)
    _later(_LOOK_EVERY, _look)


def _completed(params):
    name = autoscaling._p(params, "AutoScalingGroupName")
    identity = autoscaling._p(params, "InstanceId")
    asg = autoscaling._asgs.get(name)
    one = next((one for one in asg["Instances"] if one["InstanceId"] == identity), None) if asg else None
    if not one or one["LifecycleState"] != "Pending:Wait":
        return autoscaling._error("ValidationError", f"No active Lifecycle Action found with instance ID {identity}")
    result = autoscaling._p(params, "LifecycleActionResult")
    _decide(asg, one, result, f"Lifecycle Action Completed with {result} Result")
    return autoscaling._xml(200, "CompleteLifecycleActionResponse", "<CompleteLifecycleActionResult/>")


_TOLD = (
    "AutoScalingGroupName AutoScalingGroupARN MinSize MaxSize DesiredCapacity DefaultCooldown AvailabilityZones "
    "HealthCheckType HealthCheckGracePeriod CreatedTime VPCZoneIdentifier TerminationPolicies TargetGroupARNs "
    "NewInstancesProtectedFromScaleIn Tags Instances MixedInstancesPolicy"
).split()


def _described(params):
    names = autoscaling._parse_member_list(params, "AutoScalingGroupNames")
    with _lock:
        groups = [
            {key: asg[key] for key in _TOLD if asg.get(key) not in (None, {})}
            | ({"LaunchTemplate": asg["LaunchTemplate"]} if asg.get("LaunchTemplate") else {})
            for name, asg in autoscaling._asgs.items()
            if not names or name in names
        ]
        told = autoscaling._member_xml(groups)
    return autoscaling._xml(
        200,
        "DescribeAutoScalingGroupsResponse",
        f"<DescribeAutoScalingGroupsResult><AutoScalingGroups>{told}</AutoScalingGroups></DescribeAutoScalingGroupsResult>",
    )


def apply() -> None:
    autoscaling._reconcile_instances = lambda asg: None if _GROUPS in asg else _reconcile(asg)
    autoscaling._ACTION_MAP.update(
        {
            "CreateAutoScalingGroup": _created,
            "UpdateAutoScalingGroup": _updated,
            "DeleteAutoScalingGroup": _deleted,
            "DescribeAutoScalingGroups": _described,
            "CompleteLifecycleAction": _completed,
        }
    )
