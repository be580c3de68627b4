"""A database instance is a server of this machine (local/databases), which is there when its status says so.

The emulator runs databases where there is Docker; without it they are there at once, and nothing listens.
`POST /_pilotage/databases {"states": {<identifier>: "storage-full"}}` brings one into a state that only time would.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
"""

import json
import os
import re
import sys

import ministack.app
from ministack.services import rds

from .rds_events import tell

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../databases"))
from instances import (  # noqa: E402, F401
    answered,
    begin,
    discard,
    files_of,
    is_real,
    keep,
    named,
    new_server,
    not_in,
    refused,
    restart,
    serve,
    server_of,
    start,
    stop_all,
    why_failed,
)

_create = rds._ACTION_MAP["CreateDBInstance"]
_delete = rds._ACTION_MAP["DeleteDBInstance"]
_admin = ministack.app._handle_admin_config_request
_end_containers = ministack.app._stop_docker_containers
_xml = rds._instance_xml


def _created(params):
    if rds._p(params, "DBClusterIdentifier"):
        return _create(params)
    for name in ("MasterUsername", "MasterUserPassword"):
        if not rds._p(params, name):
            return refused("InvalidParameterValue", f"The parameter {name} must be provided and must not be blank.")
    answer = _create(params)
    instance = named(params)
    if answer[0] != 200 or not is_real(instance):
        return answer
    instance["DBName"] = rds._p(params, "DBName")
    instance["Endpoint"] = {}
    begin(instance, "creating", lambda: _make(instance))
    return answered("CreateDBInstance", instance)


def _make(instance):
    server = new_server(instance)
    server.create()
    serve(instance, server)
    server.make_master(instance["MasterUsername"], instance["_MasterUserPassword"], instance["DBName"])
    tell("RDS-EVENT-0005", instance["DBInstanceArn"])


def _deleted(params):
    instance = named(params)
    if not instance or not is_real(instance) or instance["DeletionProtection"]:
        return _delete(params)
    final = rds._p(params, "FinalDBSnapshotIdentifier")
    if (rds._p(params, "SkipFinalSnapshot") == "true") == bool(final):
        said = "must not be given with" if final else "is required without"
        return refused("InvalidParameterCombination", f"FinalDBSnapshotIdentifier {said} SkipFinalSnapshot.")
    if final in rds._snapshots:
        return refused("DBSnapshotAlreadyExists", f"Cannot create the snapshot because {final} already exists.")
    if instance["DBInstanceStatus"] == "deleting":
        return refused("InvalidDBInstanceState", "The instance is already being deleted.")
    begin(instance, "deleting", lambda: _end(instance, final))
    return answered("DeleteDBInstance", instance)


def _end(instance, final):
    if final:
        snapshot = rds._create_snapshot_internal(final, instance)
        keep(snapshot, instance)
        if snapshot["Status"] == "failed":
            raise OSError("there is no final snapshot of it")
    discard(instance)
    rds._instances.pop(instance["DBInstanceIdentifier"], None)
    rds._tags.pop(instance["DBInstanceArn"], None)
    tell("RDS-EVENT-0003", instance["DBInstanceArn"])


def _changing(action, expected, during, after, work):
    """An action that brings an instance from one state through another to a third."""
    otherwise = rds._ACTION_MAP[action]

    def changed(params):
        instance = named(params)
        if not instance or not is_real(instance):
            return otherwise(params)
        if refusal := not_in(instance, expected):
            return refusal
        begin(instance, during, lambda: work(instance), after)
        return answered(action, instance)

    return changed


def _start(instance):
    start(instance)
    tell("RDS-EVENT-0088", instance["DBInstanceArn"])


def _stop(instance):
    server_of(instance).stop()
    tell("RDS-EVENT-0087", instance["DBInstanceArn"])


def _without_address(instance):
    """There is none before there is a server."""
    text = _xml(instance)
    return text if instance.get("Endpoint") else re.sub(r"<Endpoint>.*?</Endpoint>", "", text, flags=re.DOTALL)


def _end_all(*at_start):
    """Before the emulator ends it waits for them: its folder is theirs until then. At its start it looks for older ones."""
    if not at_start:
        stop_all()
    _end_containers(*at_start)


async def _told(path, method, body):
    if path != "/_pilotage/databases" or method != "POST":
        return await _admin(path, method, body)
    for identifier, state in json.loads(body).get("states", {}).items():
        rds._instances[identifier]["DBInstanceStatus"] = state
    return 204, {}, b""


def apply() -> None:
    global _admin
    actions = rds._ACTION_MAP
    actions["CreateDBInstance"] = _created
    actions["DeleteDBInstance"] = _deleted
    actions["StartDBInstance"] = _changing("StartDBInstance", "stopped", "starting", "available", _start)
    actions["StopDBInstance"] = _changing("StopDBInstance", "available", "stopping", "stopped", _stop)
    actions["RebootDBInstance"] = _changing("RebootDBInstance", "available", "rebooting", "available", restart)
    rds._instance_xml = _without_address
    ministack.app._stop_docker_containers = _end_all
    _admin = ministack.app._handle_admin_config_request
    ministack.app._handle_admin_config_request = _told
