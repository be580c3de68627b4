"""Who may do something with what has a tag is allowed that on a service or a stack that has it, and on no other.

The emulator knows their tags, and does not look at them where a policy asks for them.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourcetag
"""

from ministack.core import iam_evaluator
from ministack.services import cloudformation, ecs

_enforce = iam_evaluator.enforce


def _listed(tags):
    return {one.get("Key", one.get("key")): one.get("Value", one.get("value")) for one in tags or []}


def _stack(arn):
    return _listed((cloudformation._stacks.get(arn.split("/")[1]) or {}).get("Tags")) if "/" in arn else {}


_TAGS_OF = {
    "ecs": lambda arn: _listed(ecs._tags.get(arn)),
    "cloudformation": _stack,
}


def _by_tags(access_key, action, service, region, resource_arn="*", service_context=None):
    tags = _TAGS_OF[service](resource_arn) if service in _TAGS_OF else {}
    found = {f"aws:ResourceTag/{key}".lower(): value for key, value in tags.items()}
    context = {**(service_context or {}), **found} if found else service_context
    return _enforce(access_key, action, service, region, resource_arn, context)


def apply() -> None:
    iam_evaluator.enforce = _by_tags
