"""Who may change Auto Scaling groups with a tag is allowed that on those that have it.

The emulator knows tags of groups, and does not look at them where a policy asks for them.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/security_iam_id-based-policy-examples.html
"""

from urllib.parse import parse_qs

from ministack.core import iam_actions
from ministack.services import autoscaling

_context = iam_actions.request_tag_context


def _with_tags(service, action, body, params):
    context = _context(service, action, body, params)
    if service != "autoscaling":
        return context
    [name] = parse_qs((body or b"").decode()).get("AutoScalingGroupName", [""])[:1]
    tags = (autoscaling._asgs.get(name) or {}).get("Tags", [])
    return {**(context or {}), **{f"aws:ResourceTag/{one['Key']}".lower(): one["Value"] for one in tags}}


def apply() -> None:
    iam_actions.request_tag_context = _with_tags
