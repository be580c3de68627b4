"""A stack's database is made by RDS, and the stack waits for it; its password may be one that RDS manages.

The emulator writes down an instance that is there at once and that nothing listens for, whose address leads nowhere;
it knows no secret of it, neither restores a snapshot into it nor makes it a replica, and deletes it even where it is protected.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
"""

import re
import time

from ministack.services import rds
from ministack.services.cloudformation import provisioners

from .rds_instances import is_real, keep, server_of, why_failed

_create = provisioners._rds_db_instance_create
_update = provisioners._rds_db_instance_update
_delete = provisioners._rds_db_instance_delete
_attributes = provisioners._rds_db_instance_attrs
_HANDLERS = provisioners._RESOURCE_HANDLERS["AWS::RDS::DBInstance"]
_LOOK_EVERY = 0.05
_SETTLED = ("available", "failed", "stopped")
# Named otherwise in a template than in a request.
_GROUPS = "VPCSecurityGroups"
# What says what it is made from.
_FROM = {
    "SourceDBInstanceIdentifier": "CreateDBInstanceReadReplica",
    "DBSnapshotIdentifier": "RestoreDBInstanceFromDBSnapshot",
}
# What a restore is not told, and CloudFormation changes once the instance is there.
_AFTERWARDS = ("BackupRetentionPeriod", "PreferredBackupWindow", "MaxAllocatedStorage")
# What says how the password is had, and what it is taken for where it is not given.
_PASSWORD = {"MasterUserPassword": "", "ManageMasterUserPassword": False}


def _request(name, props):
    """The properties as a request has them."""
    given = {key: value for key, value in props.items() if key not in (_GROUPS, "Tags", "MasterUserSecret")}
    params = {key: _word(value) for key, value in given.items() if not isinstance(value, list | dict)}
    for index, group in enumerate(props.get(_GROUPS, []), 1):
        params[f"VpcSecurityGroupIds.member.{index}"] = [group]
    for index, tag in enumerate(props.get("Tags", []), 1):
        params |= {f"Tags.member.{index}.{key}": [str(tag[key])] for key in ("Key", "Value")}
    key = (props.get("MasterUserSecret") or {}).get("KmsKeyId")
    return {**params, **({"MasterUserSecretKmsKeyId": [key]} if key else {}), "DBInstanceIdentifier": [name]}


def _word(value):
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _ask(action, params):
    status, _headers, body = rds._ACTION_MAP[action](params)
    if status != 200:
        code, message = (re.search(f"<{tag}>(.*?)</{tag}>", body.decode()).group(1) for tag in ("Code", "Message"))
        raise ValueError(f"{message} (Service: Rds, Status Code: {status}, Error Code: {code})")


def _wait(name):
    """Until it is settled, or gone; CloudFormation waits for hours."""
    while True:
        instance = rds._instances.get(name)
        if not instance or instance["DBInstanceStatus"] in _SETTLED:
            return instance
        time.sleep(_LOOK_EVERY)


def _ready(name):
    instance = _wait(name)
    if instance["DBInstanceStatus"] == "failed":
        raise ValueError(f"DB instance {name} is in the state failed: {why_failed(instance)}")
    return name, provisioners._rds_db_instance_attrs(instance)


def _created(logical_id, props, stack_name):
    if props.get("DBClusterIdentifier"):
        return _create(logical_id, props, stack_name)
    name = props.get("DBInstanceIdentifier") or provisioners._physical_name(
        stack_name, logical_id, lowercase=True, max_len=63
    )
    _ask(next((action for key, action in _FROM.items() if props.get(key)), "CreateDBInstance"), _request(name, props))
    try:
        _ready(name)
        left = {key: props[key] for key in _AFTERWARDS if key in props}
        if props.get("DBSnapshotIdentifier") and left:
            _ask("ModifyDBInstance", _request(name, {**left, "ApplyImmediately": True}))
        return _ready(name)
    except ValueError:
        # It would not be known as the stack's any more.
        _deleted(name, props)
        raise


def _updated(physical_id, old, new, stack_name, logical_id=None):
    instance = rds._instances.get(physical_id)
    endpoint = dict(instance["Endpoint"]) if instance else None
    updated = _update(physical_id, old, new, stack_name, logical_id)
    if updated[0] != physical_id or not instance or not is_real(instance):
        return updated
    # Its port is the one that was free here.
    instance["Endpoint"] = endpoint
    rds._tags[instance["DBInstanceArn"]] = list(instance["TagList"])
    asked = {key: new.get(key, usual) for key, usual in _PASSWORD.items() if old.get(key, usual) != new.get(key, usual)}
    if any(asked.values()):
        _ask("ModifyDBInstance", _request(physical_id, asked))
    return _ready(physical_id)


def _deleted(physical_id, props):
    instance = rds._instances.get(physical_id)
    if not instance or not is_real(instance):
        return _delete(physical_id, props)
    if _wait(physical_id):
        _ask("DeleteDBInstance", {"DBInstanceIdentifier": [physical_id], "SkipFinalSnapshot": ["true"]})
    if _wait(physical_id):
        raise ValueError(f"DB instance {physical_id} could not be deleted.")


def _snapped(physical_id, _props):
    instance = _wait(physical_id)
    if instance:
        name = provisioners._snapshot_id(physical_id)
        snapshot = rds._create_snapshot_internal(name, instance)
        if server_of(instance):
            keep(snapshot, instance)


def _attributes_with_secret(instance):
    secret = instance.get("MasterUserSecret") or {}
    named = {"MasterUserSecret.SecretArn": secret["SecretArn"]} if secret else {}
    return {**_attributes(instance), **named}


def apply() -> None:
    # The handlers call each other by these names.
    provisioners._rds_db_instance_create = _created
    provisioners._rds_db_instance_delete = _deleted
    provisioners._rds_db_instance_attrs = _attributes_with_secret
    _HANDLERS.update({"create": _created, "update": _updated, "delete": _deleted, "snapshot": _snapped})
