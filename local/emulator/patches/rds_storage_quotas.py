"""An account has no more snapshots, and no more storage in its databases, than its quotas allow.

The emulator knows no quotas. What they are, `POST /_pilotage/databases {"snapshots": 100, "storage": 100000}` says, in GiB.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
"""

import json

import ministack.app
from ministack.services import rds

from .rds_instances import refused

# The usual ones.
_quotas = {"snapshots": 100, "storage": 100_000}
_admin = ministack.app._handle_admin_config_request


def _counted(create):
    def created(params):
        known = rds._p(params, "DBSnapshotIdentifier") in rds._snapshots
        if not known and len(rds._snapshots) >= _quotas["snapshots"]:
            return refused("SnapshotQuotaExceeded", "Cannot create more than the allowed number of manual snapshots.")
        return create(params)

    return created


def _weighed(create):
    def created(params):
        snapshot = rds._snapshots.get(rds._p(params, "DBSnapshotIdentifier")) or {}
        asked = int(rds._p(params, "AllocatedStorage") or snapshot.get("AllocatedStorage", 20))
        used = sum(one["AllocatedStorage"] for one in rds._instances.values())
        if used + asked > _quotas["storage"]:
            return refused("StorageQuotaExceeded", "The request exceeds the allowed amount of storage.")
        return create(params)

    return created


async def _told(path, method, body):
    if path == "/_pilotage/databases" and method == "POST":
        said = json.loads(body)
        _quotas.update({name: said[name] for name in _quotas if name in said})
    return await _admin(path, method, body)


def apply() -> None:
    global _admin
    actions = rds._ACTION_MAP
    actions["CreateDBSnapshot"] = _counted(actions["CreateDBSnapshot"])
    for name in ("CreateDBInstance", "RestoreDBInstanceFromDBSnapshot"):
        actions[name] = _weighed(actions[name])
    _admin = ministack.app._handle_admin_config_request
    ministack.app._handle_admin_config_request = _told
