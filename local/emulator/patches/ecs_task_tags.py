"""What is allowed on a task goes by the task's tags.

The emulator judges a condition on the tags of a task without them, and denies.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
"""

import json

from ministack.core import iam_actions
from ministack.services import ecs

_context = iam_actions.request_tag_context


def _with_tags(service, action, body, params):
    context = _context(service, action, body, params)
    named = json.loads(body or b"{}").get("task") if service == "ecs" else None
    if not named:
        return context
    arn = next((arn for arn in ecs._tasks if named in (arn, arn.split("/")[-1])), named)
    tags = ecs._tags.get(arn) or []
    return {**context, **{f"aws:ResourceTag/{one['key']}".lower(): one["value"] for one in tags}}


def apply() -> None:
    iam_actions.request_tag_context = _with_tags
