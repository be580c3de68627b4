"""A target is an address with a port, whose health the local load balancer tells, and which leaves slowly.

The emulator knows targets by their address alone, calls each healthy, and
forgets one at once when it is deregistered. This is also what the load balancer
of this machine works by, as soon as it has said that it is there:
`POST /_pilotage/balancer {"port": 8081, "speed": 0.1}`, then `/_pilotage/watch` and `/_pilotage/health`.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

import asyncio
import json
import threading

import ministack.app
from ministack.services import alb

_admin = ministack.app._handle_admin_config_request

_LOOK_EVERY = 0.02
_LONGEST_WATCH = 20
_DELAY = "deregistration_delay.timeout_seconds"
_INITIAL = {
    "State": "initial",
    "Reason": "Elb.RegistrationInProgress",
    "Description": "Target registration is in progress",
}
_DRAINING = {
    "State": "draining",
    "Reason": "Target.DeregistrationInProgress",
    "Description": "Target deregistration is in progress",
}
_NOT_IN_USE = ("unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer")
_NOT_REGISTERED = ("unused", "Target.NotRegistered", "Target is not registered to the target group")

_changing = threading.RLock()
# What the load balancer said of itself: none is there before.
BALANCER: dict = {}


def _key(target, default):
    return target["Id"], int(target.get("Port") or default)


def _add(group, keys):
    known = alb._targets.setdefault(group, [])
    for identity, port in keys:
        state = dict(_INITIAL) if BALANCER else {}
        again = next((one for one in known if _key(one, 0) == (identity, port)), None)
        if again is None:
            known.append({"Id": identity, "Port": port, **state})
        elif again.get("State") == "draining":
            again.update(state)


def _remove(group, keys):
    known = alb._targets.get(group, [])
    leaving = [one for one in known if _key(one, 0) in keys and one.get("State") != "draining"]
    seconds = float(_attribute(group, _DELAY, "300")) * BALANCER.get("speed", 1)
    for target in leaving:
        if BALANCER:
            target.update(_DRAINING)
            timer = threading.Timer(seconds, _forget, (known, target))
            timer.daemon = True
            timer.start()
        else:
            _forget(known, target)


def _forget(known, target):
    with _changing:
        # Registered again since, it stays.
        if target in known and (not BALANCER or target.get("State") == "draining"):
            known.remove(target)


def _attribute(group, name, default):
    return next((one["Value"] for one in alb._tg_attrs.get(group, []) if one["Key"] == name), default)


def _set(group, targets, previous=()):
    if group not in alb._tgs:
        return False
    with _changing:
        _remove(group, {(identity, int(port)) for identity, port in previous} - set(targets))
        _add(group, targets)
    return True


def _changed(action, change):
    def handle(params):
        group = alb._tgs.get(alb._p(params, "TargetGroupArn"))
        if not group:
            return alb._error("TargetGroupNotFound", "One or more target groups not found")
        with _changing:
            change(group["TargetGroupArn"], [_key(one, group["Port"]) for one in alb._parse_targets_param(params)])
        return alb._empty(action)

    return handle


def _describe(params):
    arn = alb._p(params, "TargetGroupArn")
    group = alb._tgs.get(arn)
    if not group:
        return alb._error("TargetGroupNotFound", "One or more target groups not found")
    with _changing:
        known = {_key(one, group["Port"]): one for one in alb._targets.get(arn, [])}
    asked = [_key(one, group["Port"]) for one in alb._parse_targets_param(params)] or list(known)
    used = is_used(arn)
    told = "".join(_description(key, _health(known.get(key), used)) for key in asked)
    return alb._xml(
        200, "DescribeTargetHealth", f"<TargetHealthDescriptions>{told}</TargetHealthDescriptions>"
    )


def _health(target, used):
    if target is None:
        return _NOT_REGISTERED
    if not used and target.get("State") != "draining":
        return _NOT_IN_USE
    return target.get("State", "healthy"), target.get("Reason"), target.get("Description")


def _description(key, health):
    state, reason, words = health
    why = f"<Reason>{reason}</Reason><Description>{alb._esc(words or '')}</Description>" if reason else ""
    return (
        f"<member><Target><Id>{key[0]}</Id><Port>{key[1]}</Port></Target><HealthCheckPort>{key[1]}</HealthCheckPort>"
        f"<TargetHealth><State>{state}</State>{why}</TargetHealth></member>"
    )


def is_used(group):
    """Whether a rule gives requests to this target group."""
    named = [
        arn
        for rule in alb._rules._data.values()
        for action in rule.get("Actions", [])
        for arn in [action.get("TargetGroupArn"), *(one["TargetGroupArn"] for one in _weighed(action))]
    ]
    return group in named


def _weighed(action):
    return (action.get("ForwardConfig") or {}).get("TargetGroups") or []


def _picture():
    """All that a load balancer needs to know, of all accounts and regions."""
    with _changing:
        rules = sorted(alb._rules._data.values(), key=alb._rule_sort_key)
        listeners = [
            {**one, "Rules": [rule for rule in rules if rule["ListenerArn"] == one["ListenerArn"]]}
            for one in alb._listeners._data.values()
        ]
        balancers = [
            {**one, "Listeners": [it for it in listeners if it["LoadBalancerArn"] == one["LoadBalancerArn"]]}
            for one in alb._lbs._data.values()
        ]
        targets = {arn: known for (_account, arn), known in alb._targets._data.items()}
        attributes = {arn: {one["Key"]: one["Value"] for one in all} for (_, arn), all in alb._tg_attrs._data.items()}
        groups = [
            {
                **one,
                "Used": is_used(one["TargetGroupArn"]),
                "Targets": targets.get(one["TargetGroupArn"], []),
                "Attributes": attributes.get(one["TargetGroupArn"], {}),
            }
            for one in alb._tgs._data.values()
        ]
        return json.dumps({"LoadBalancers": balancers, "TargetGroups": groups})


async def _watch(since):
    """Answers as soon as the picture is another one, or after a while with the same."""
    for _ in range(int(_LONGEST_WATCH / _LOOK_EVERY)):
        picture = _picture()
        if str(hash(picture)) != since:
            break
        await asyncio.sleep(_LOOK_EVERY)
    return json.dumps({"Version": str(hash(picture)), **json.loads(picture)})


def _told(reports):
    with _changing:
        for report in reports:
            for (_account, group), known in alb._targets._data.items():
                target = next((one for one in known if _key(one, 0) == (report["Id"], report["Port"])), None)
                if group != report["TargetGroupArn"] or target is None:
                    continue
                draining = target.get("State") == "draining"
                if report["State"] == "drained" and draining:
                    known.remove(target)
                elif report["State"] != "drained" and not draining:
                    target.pop("Reason", None)
                    target.pop("Description", None)
                    target.update({key: report[key] for key in ("State", "Reason", "Description") if key in report})


async def _routes(path, method, body):
    if method != "POST" or path not in ("/_pilotage/balancer", "/_pilotage/watch", "/_pilotage/health"):
        return await _admin(path, method, body)
    asked = json.loads(body or b"{}")
    answer = ""
    if path == "/_pilotage/balancer":
        BALANCER.update(asked)
    elif path == "/_pilotage/health":
        _told(asked["Targets"])
    else:
        answer = await _watch(asked.get("Version"))
    return 200, {"Content-Type": "application/json"}, answer.encode()


def apply() -> None:
    alb.set_targets_for_group = _set
    alb._ACTION_MAP["RegisterTargets"] = _changed("RegisterTargets", _add)
    alb._ACTION_MAP["DeregisterTargets"] = _changed("DeregisterTargets", lambda group, keys: _remove(group, set(keys)))
    alb._ACTION_MAP["DescribeTargetHealth"] = _describe
    ministack.app._handle_admin_config_request = _routes
