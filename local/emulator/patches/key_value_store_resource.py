"""Calls on a key value store are allowed or denied on that store's ARN.

The emulator knows no resource for them and asks for a permission on `*`, which
denies a role that names its store. The ARN is in the call's path:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfrontkeyvaluestore.html
"""

import re
from urllib.parse import unquote

from ministack.core import iam_actions

_resource = iam_actions.extract_resource_arn
_STORE = re.compile(r"^/key-value-stores/(arn:[^/]+/[^/]+)")


def _with_store(service: str, method: str, path: str, *rest) -> str:
    store = _STORE.match(unquote(path)) if service == "cloudfront-keyvaluestore" else None
    return store.group(1) if store else _resource(service, method, path, *rest)


def apply() -> None:
    iam_actions.extract_resource_arn = _with_store
