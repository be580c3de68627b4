"""A policy may depend on the change set that a call names, and on the role that a stack is made under.

The emulator does not know the condition keys, which denies whoever may touch only change sets of certain names.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
"""

from urllib.parse import parse_qs

from ministack.core import iam_actions

_context = iam_actions.request_tag_context
_KEYS = {"ChangeSetName": "cloudformation:ChangeSetName", "RoleARN": "cloudformation:RoleArn"}


def _with_name(service, action, body, params):
    context = _context(service, action, body, params)
    if service != "cloudformation":
        return context
    asked = parse_qs((body or b"").decode())
    return {**context, **{key: asked[name][0] for name, key in _KEYS.items() if name in asked}}


def apply() -> None:
    iam_actions.request_tag_context = _with_name
