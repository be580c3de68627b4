"""Who may change repositories of images with a tag is allowed that on those that have it.

The emulator knows tags of repositories, and does not look at them where a policy asks for them.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
"""

import json

from ministack.core import iam_actions
from ministack.services import ecr

_context = iam_actions.request_tag_context


def _with_tags(service, action, body, params):
    context = _context(service, action, body, params)
    if service != "ecr":
        return context
    name = json.loads(body or b"{}").get("repositoryName")
    tags = (ecr._repositories.get(name) or {}).get("tags", [])
    return {**(context or {}), **{f"aws:ResourceTag/{one['Key']}".lower(): one["Value"] for one in tags}}


def apply() -> None:
    iam_actions.request_tag_context = _with_tags
