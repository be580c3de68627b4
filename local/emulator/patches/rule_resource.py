"""Who removes a rule of EventBridge, or its targets, is allowed or denied that on the rule.

The emulator does not find the rule where a call is about its targets, and so asks for a permission on everything; and it names
the default bus in the rule's ARN, where AWS does not.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
"""

import json

from ministack.core import iam_actions

_resource = iam_actions.extract_resource_arn
_ON_TARGETS = ("PutTargets", "RemoveTargets", "ListTargetsByRule")
_ON_RULE = (*_ON_TARGETS, "PutRule", "DeleteRule", "DescribeRule", "EnableRule", "DisableRule")


def _with_rule(service, method, path, headers, body, query, region, account):
    action = headers.get("x-amz-target", "").split(".")[-1]
    if service != "events" or action not in _ON_RULE:
        return _resource(service, method, path, headers, body, query, region, account)
    asked = json.loads(body or b"{}")
    name = asked.get("Rule" if action in _ON_TARGETS else "Name", "*")
    bus = (asked.get("EventBusName") or "default").split("/")[-1]
    return f"arn:aws:events:{region}:{account}:rule/{name if bus == 'default' else f'{bus}/{name}'}"


def apply() -> None:
    iam_actions.extract_resource_arn = _with_rule
