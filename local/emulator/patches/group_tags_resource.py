"""Who sets tags of an Auto Scaling group is allowed or denied that on the group.

The emulator looks for the group where other calls name it, and so asks for a permission on everything.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
"""

from ministack.core import iam_actions

_resource = iam_actions.extract_resource_arn
_NAME = "Tags.member.1.ResourceId"


def _with_group(service, method, path, headers, body, query, region, account):
    name = query.get(_NAME) if service == "autoscaling" else None
    if not name:
        return _resource(service, method, path, headers, body, query, region, account)
    name = name[0] if isinstance(name, list) else name
    return f"arn:aws:autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/{name}"


def apply() -> None:
    iam_actions.extract_resource_arn = _with_group
