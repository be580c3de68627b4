"""Who looks at or makes access points is allowed or denied that on their file system, by the tags that the new one is to have.

The emulator asks for a permission on `*`, which denies a role that names its file systems, and looks at no tags of either.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticfilesystem.html
"""

import json

from ministack.core import iam_actions
from ministack.services import tagging

_SERVICE = "elasticfilesystem"
_resource = iam_actions.extract_resource_arn


def _with_file_system(service, method, path, headers, body, query, region, account):
    if service != _SERVICE or not path.rstrip("/").endswith("/access-points"):
        return _resource(service, method, path, headers, body, query, region, account)
    named = query.get("FileSystemId", "*") if method == "GET" else json.loads(body or b"{}").get("FileSystemId", "*")
    named = named[0] if isinstance(named, list) else named
    return f"arn:aws:{_SERVICE}:{region}:{account}:file-system/{named}"


def apply() -> None:
    iam_actions.extract_resource_arn = _with_file_system
    tagging._RESOURCE_TAG_COLLECTORS[_SERVICE] = tagging._collect_efs
