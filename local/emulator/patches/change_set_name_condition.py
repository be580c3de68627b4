"""A policy may depend on the name of the change set that a call makes, reads or removes.

The emulator does not know the condition key, which denies whoever may touch only change sets of certain names.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
"""

from urllib.parse import parse_qs

from ministack.core import iam_actions

_context = iam_actions.request_tag_context


def _with_name(service, action, body, params):
    context = _context(service, action, body, params)
    if service == "cloudformation" and action.endswith("ChangeSet"):
        name = parse_qs((body or b"").decode()).get("ChangeSetName")
        return {**context, **({"cloudformation:ChangeSetName": name[0]} if name else {})}
    return context


def apply() -> None:
    iam_actions.request_tag_context = _with_name
