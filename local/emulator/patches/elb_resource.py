"""Moving a rule is allowed or denied on that rule, changing a target group on that group and by its tags.

The emulator asks for a permission on `*`, which denies a role that names its rule, and knows no tags of either.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
"""

from urllib.parse import parse_qs

from ministack.core import iam_actions
from ministack.services import alb

_resource = iam_actions.extract_resource_arn
_context = iam_actions.request_tag_context
_NAMED_BY = ("RuleArn", "RulePriorities.member.1.RuleArn", "ResourceArns.member.1")
_OF_GROUPS = ("ModifyTargetGroup", "RegisterTargets")


def _named(body):
    asked = parse_qs((body or b"").decode())
    action = asked.get("Action", [""])[0]
    if action.startswith("Describe"):
        return None
    names = ("TargetGroupArn",) if action in _OF_GROUPS else _NAMED_BY
    return next((asked[name][0] for name in names if name in asked), None)


def _with_rule(service, method, path, headers, body, *rest):
    named = _named(body) if service == "elasticloadbalancing" else None
    return named or _resource(service, method, path, headers, body, *rest)


def _with_tags(service, action, body, params):
    context = _context(service, action, body, params)
    if service != "elasticloadbalancing":
        return context
    tags = alb._tags.get(_named(body) or "", [])
    return {**context, **{f"aws:ResourceTag/{one['Key']}".lower(): one["Value"] for one in tags}}


def apply() -> None:
    iam_actions.extract_resource_arn = _with_rule
    iam_actions.request_tag_context = _with_tags
