"""Moving a rule is allowed or denied on that rule, tagging on what is tagged.

The emulator asks for a permission on `*`, which denies a role that names its rule.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
"""

from urllib.parse import parse_qs

from ministack.core import iam_actions

_resource = iam_actions.extract_resource_arn
_NAMED_BY = ("RuleArn", "RulePriorities.member.1.RuleArn", "ResourceArns.member.1")


def _with_rule(service, method, path, headers, body, *rest):
    if service == "elasticloadbalancing":
        asked = parse_qs((body or b"").decode())
        if not asked.get("Action", [""])[0].startswith("Describe"):
            for name in _NAMED_BY:
                if name in asked:
                    return asked[name][0]
    return _resource(service, method, path, headers, body, *rest)


def apply() -> None:
    iam_actions.extract_resource_arn = _with_rule
