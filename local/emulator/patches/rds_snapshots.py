"""A snapshot is a copy of the database's files, taken while they stand still; restored, it is a database with what was in it.

The emulator writes down that there is one, at once, of an instance in any state and always with the instance's tags;
and what it restores is empty.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html
"""

import shutil

from ministack.services import rds

from .rds_events import tell
from .rds_instances import answered, begin, files_of, is_real, keep, named, new_server, not_in, refused, serve
from .rds_master_password import change, is_asked, manage

_create = rds._ACTION_MAP["CreateDBSnapshot"]
_delete = rds._ACTION_MAP["DeleteDBSnapshot"]
_restore = rds._ACTION_MAP["RestoreDBInstanceFromDBSnapshot"]
_make = rds._create_snapshot_internal


def _begun(identifier, instance):
    """Written down, of a snapshot that is to be kept."""
    snapshot = _make(identifier, instance)
    snapshot.update({"Status": "creating", "PercentProgress": 0, "VpcId": instance["DBSubnetGroup"]["VpcId"]})
    snapshot["_MasterUserPassword"] = instance["_MasterUserPassword"]
    _tag(snapshot, instance, [])
    return snapshot


def _tag(snapshot, instance, given):
    copied = instance["TagList"] if instance["CopyTagsToSnapshot"] else []
    tags = {one["Key"]: one for one in [*copied, *given]}
    snapshot["TagList"] = list(tags.values())
    rds._tags[snapshot["DBSnapshotArn"]] = list(tags.values())


def _created(params):
    instance = named(params)
    identifier = rds._p(params, "DBSnapshotIdentifier")
    if not instance or not is_real(instance) or identifier in rds._snapshots:
        return _create(params)
    if refusal := not_in(instance, "available", "storage-optimization"):
        return refusal
    answer = _create(params)
    if answer[0] != 200:
        return answer
    snapshot = rds._snapshots[identifier]
    _tag(snapshot, instance, rds._parse_tags(params))
    answer = _answered("CreateDBSnapshot", snapshot)
    begin(instance, "backing-up", lambda: keep(snapshot, instance))
    return answer


def _answered(action, snapshot):
    inner = f"<{action}Result><DBSnapshot>{rds._snapshot_xml(snapshot)}</DBSnapshot></{action}Result>"
    return rds._xml(200, f"{action}Response", inner)


def _deleted(params):
    snapshot = rds._snapshots.get(rds._p(params, "DBSnapshotIdentifier"))
    if snapshot and snapshot["Status"] == "creating":
        return _busy(snapshot)
    answer = _delete(params)
    if answer[0] == 200:
        shutil.rmtree(files_of(snapshot), ignore_errors=True)
        tell("RDS-EVENT-0041", snapshot["DBSnapshotArn"])
    return answer


def _busy(snapshot):
    name = snapshot["DBSnapshotIdentifier"]
    return refused("InvalidDBSnapshotState", f"Snapshot {name} is not currently in the available state.")


def _restored(params):
    snapshot = rds._snapshots.get(rds._p(params, "DBSnapshotIdentifier"))
    if snapshot and snapshot["Status"] != "available":
        return _busy(snapshot)
    answer = _restore(params)
    if answer[0] != 200:
        return answer
    instance = named(params)
    _as_asked(instance, snapshot, params)
    password = rds._generate_master_user_password() if is_asked(params) else None
    if password:
        manage(instance, password, params)
    begin(instance, "creating", lambda: _load(instance, snapshot, password))
    return answered("RestoreDBInstanceFromDBSnapshot", instance)


def _as_asked(instance, snapshot, params):
    """The settings that the emulator leaves out."""
    group = rds._p(params, "DBParameterGroupName")
    subnets = rds._subnet_groups.get(rds._p(params, "DBSubnetGroupName"))
    groups = rds._parse_member_list(params, "VpcSecurityGroupIds")
    instance.update(
        {
            "Endpoint": {},
            "_MasterUserPassword": snapshot["_MasterUserPassword"],
            "VpcSecurityGroups": [{"VpcSecurityGroupId": one, "Status": "active"} for one in groups],
            "DeletionProtection": rds._p(params, "DeletionProtection") == "true",
            "CopyTagsToSnapshot": rds._p(params, "CopyTagsToSnapshot") == "true",
            "TagList": rds._parse_tags(params),
        }
    )
    if group:
        instance["DBParameterGroups"] = [{"DBParameterGroupName": group, "ParameterApplyStatus": "in-sync"}]
    if subnets:
        instance["DBSubnetGroup"] = subnets
    rds._tags[instance["DBInstanceArn"]] = list(instance["TagList"])


def _load(instance, snapshot, password):
    server = new_server(instance)
    shutil.copytree(files_of(snapshot), server.folder)
    serve(instance, server)
    if password:
        change(instance, None, password)
    tell("RDS-EVENT-0043", snapshot["DBSnapshotArn"])
    tell("RDS-EVENT-0005", instance["DBInstanceArn"])


def apply() -> None:
    rds._ACTION_MAP["CreateDBSnapshot"] = _created
    rds._ACTION_MAP["DeleteDBSnapshot"] = _deleted
    rds._ACTION_MAP["RestoreDBInstanceFromDBSnapshot"] = _restored
    rds._create_snapshot_internal = _begun
