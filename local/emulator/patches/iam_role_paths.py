"""A policy may name roles by their path, and depend on what a role is bounded by and on which policy it is given.

The emulator checks a call about a role on its name without the path, and knows neither condition key.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from urllib.parse import parse_qs

from ministack.core import iam_actions
from ministack.services import iam

_resource = iam_actions.extract_resource_arn
_context = iam_actions.request_tag_context
_KEYS = {"PermissionsBoundary": "iam:PermissionsBoundary", "PolicyArn": "iam:PolicyARN"}


def _one(params, name):
    found = (params or {}).get(name)
    return found[0] if isinstance(found, list) else found


def _with_path(service, method, path, headers, body, query, region, account):
    arn = _resource(service, method, path, headers, body, query, region, account)
    if service != "iam" or ":role/" not in arn:
        return arn
    asked = {**parse_qs((body or b"").decode("utf-8", "ignore")), **(query or {})}
    name = _one(asked, "RoleName")
    role = iam._roles.get_scoped(account, None, name)
    if role:
        return role["Arn"]
    return f"arn:aws:iam::{account}:role{_one(asked, 'Path') or '/'}{name}"


def _with_keys(service, action, body, params):
    context = _context(service, action, body, params)
    if service != "iam":
        return context
    asked = {**parse_qs((body or b"").decode("utf-8", "ignore")), **(params or {})}
    found = {key: _one(asked, name) for name, key in _KEYS.items() if _one(asked, name)}
    # Of what changes a role that is there, the key tells what bounds it.
    role = iam._roles.get(_one(asked, "RoleName"))
    bounds = (role or {}).get("PermissionsBoundary")
    return {**context, **({"iam:PermissionsBoundary": bounds} if bounds else {}), **found}


def apply() -> None:
    iam_actions.extract_resource_arn = _with_path
    iam_actions.request_tag_context = _with_keys
