"""A call of RDS is allowed or denied on all that it is about, by what that is tagged with and by what is asked for.

The emulator asks for a permission on the instance alone, even where a snapshot is taken, removed or restored, and
knows neither RDS's condition keys nor the tags of what is there.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
"""

from ministack.core import iam_actions, iam_evaluator
from ministack.services import rds

_resource = iam_actions.extract_resource_arn
_context = iam_actions.request_tag_context
_enforce = iam_evaluator.enforce

# What a parameter names, where it is one of these; in ARNs, and in the condition key of its tags.
_NAMED = {
    "DBInstanceIdentifier": "db",
    "DBSnapshotIdentifier": "snapshot",
    "DBSubnetGroupName": "subgrp",
    "DBParameterGroupName": "pg",
}
_TAG_KEYS = {"db": "db-tag", "snapshot": "snapshot-tag", "subgrp": "subgrp-tag", "pg": "pg-tag"}
_DESCRIBED = {"DescribeDBInstances": "db", "DescribeDBSnapshots": "snapshot"}
_ASKED = {
    "DBInstanceClass": "rds:DatabaseClass",
    "Engine": "rds:DatabaseEngine",
    "DBName": "rds:DatabaseName",
    "ManageMasterUserPassword": "rds:ManageMasterUserPassword",
    "MultiAZ": "rds:MultiAz",
    "StorageEncrypted": "rds:StorageEncrypted",
}
_BETWEEN = " "


def _about(service, method, path, headers, body, query, region, account):
    if service != "rds":
        return _resource(service, method, path, headers, body, query, region, account)
    action = rds._p(query, "Action")

    def arn(kind, name):
        return name if name.startswith("arn:") else f"arn:aws:rds:{region}:{account}:{kind}:{name}"

    if rds._p(query, "ResourceName"):
        return rds._p(query, "ResourceName")
    named = [arn(kind, rds._p(query, key)) for key, kind in _NAMED.items() if rds._p(query, key)]
    if not named and action in _DESCRIBED:
        named = [arn(_DESCRIBED[action], "*")]
    return _BETWEEN.join(named) or _resource(service, method, path, headers, body, query, region, account)


def _asked(service, action, body, params):
    context = _context(service, action, body, params)
    if service != "rds":
        return context
    tags = {f"rds:req-tag/{one['Key']}".lower(): one["Value"] for one in rds._parse_tags(params)}
    given = {key: rds._p(params, name) for name, key in _ASKED.items() if rds._p(params, name)}
    return {**context, **tags, **given}


def _on_each(access_key, action, service, region, resource_arn="*", service_context=None):
    if service != "rds":
        return _enforce(access_key, action, service, region, resource_arn, service_context)
    tagging = service_context and "aws:TagKeys" in service_context and action.startswith(("rds:Create", "rds:Restore"))
    for arn in resource_arn.split(_BETWEEN):
        context = {**(service_context or {}), **_tags_of(arn)}
        if denied := _enforce(access_key, action, service, region, arn, context):
            return denied
        if tagging and arn == _made(action, resource_arn):
            if denied := _enforce(access_key, "rds:AddTagsToResource", service, region, arn, context):
                return denied
    return None


def _made(action, resources):
    """What is made by it, which whoever gives it tags must be allowed to tag."""
    kind = ":snapshot:" if action == "rds:CreateDBSnapshot" else ":db:"
    return next((arn for arn in resources.split(_BETWEEN) if kind in arn), None)


def _tags_of(arn):
    kind = arn.split(":")[5] if arn.count(":") > 5 else ""
    found = rds._tags.get(arn, [])
    keys = ("aws:ResourceTag", f"rds:{_TAG_KEYS[kind]}") if kind in _TAG_KEYS else ("aws:ResourceTag",)
    return {f"{key}/{one['Key']}".lower(): one["Value"] for key in keys for one in found}


def apply() -> None:
    iam_actions.extract_resource_arn = _about
    iam_actions.request_tag_context = _asked
    iam_evaluator.enforce = _on_each
