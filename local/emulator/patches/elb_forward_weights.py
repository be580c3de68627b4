"""A forward action keeps its target groups with their weights, and its stickiness.

The emulator keeps none of a ForwardConfig through its API, and of a template's
only the first target group.
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ForwardActionConfig.html
"""

from ministack.services import alb
from ministack.services.cloudformation import provisioners

_parse = alb._parse_actions
_xml = alb._action_xml
_from_template = provisioners._elbv2_listener_actions

_STICKINESS = "TargetGroupStickinessConfig"


def _config(weighed, stickiness):
    groups = [{"TargetGroupArn": arn, "Weight": int(weight)} for arn, weight in weighed]
    enabled = str(stickiness.get("Enabled", "false")).lower() == "true"
    seconds = int(stickiness.get("DurationSeconds") or 0)
    kept = {"DurationSeconds": seconds} if seconds else {}
    return {"TargetGroups": groups, _STICKINESS: {"Enabled": enabled, **kept}}


def _with_config(action, weighed, stickiness):
    """What AWS keeps: always the configuration, and the group itself where it is the only one."""
    if action["Type"] != "forward" or not (weighed or action.get("TargetGroupArn")):
        return action
    weighed = weighed or [(action["TargetGroupArn"], 1)]
    rest = {key: value for key, value in action.items() if key != "TargetGroupArn"}
    alone = {"TargetGroupArn": weighed[0][0]} if len(weighed) == 1 else {}
    return {**rest, **alone, "ForwardConfig": _config(weighed, stickiness)}


def _parse_with_config(params, prefix="DefaultActions"):
    return [
        _with_config(action, _weighed(params, base), _stickiness(params, base))
        for action, base in (
            (one, f"{prefix}.member.{index}.ForwardConfig") for index, one in enumerate(_parse(params, prefix), 1)
        )
    ]


def _weighed(params, base):
    found = []
    while arn := alb._p(params, f"{base}.TargetGroups.member.{len(found) + 1}.TargetGroupArn"):
        found.append((arn, alb._p(params, f"{base}.TargetGroups.member.{len(found) + 1}.Weight", "1")))
    return found


def _stickiness(params, base):
    return {key: alb._p(params, f"{base}.{_STICKINESS}.{key}") for key in ("Enabled", "DurationSeconds")}


def _template_with_config(props, lb_arn, prop="DefaultActions"):
    written = [one for one in props.get(prop) or [] if isinstance(one, dict)]
    return [
        _with_config(
            action,
            [(group["TargetGroupArn"], group.get("Weight", 1)) for group in config.get("TargetGroups") or []],
            config.get(_STICKINESS) or {},
        )
        for action, config in (
            (one, whole.get("ForwardConfig") or {}) for one, whole in zip(_from_template(props, lb_arn, prop), written)
        )
    ]


def _xml_with_config(action):
    config = action.get("ForwardConfig")
    if not config:
        return _xml(action)
    groups = "".join(
        f"<member><TargetGroupArn>{one['TargetGroupArn']}</TargetGroupArn><Weight>{one['Weight']}</Weight></member>"
        for one in config["TargetGroups"]
    )
    stickiness = "".join(f"<{key}>{str(value).lower()}</{key}>" for key, value in config[_STICKINESS].items())
    inner = f"<TargetGroups>{groups}</TargetGroups><{_STICKINESS}>{stickiness}</{_STICKINESS}>"
    return _xml(action).removesuffix("</member>") + f"<ForwardConfig>{inner}</ForwardConfig></member>"


def apply() -> None:
    alb._parse_actions = _parse_with_config
    alb._action_xml = _xml_with_config
    provisioners._elbv2_listener_actions = _template_with_config
