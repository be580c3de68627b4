"""Which server an instance of RDS is, and in which state: what the emulator's record of it does not know."""

import concurrent.futures
import os
import tempfile
import threading

from ministack.core.concurrency import spawn_background
from ministack.services import rds
from patches.rds_events import tell

from server import Server

_ADDRESS = "127.0.0.1"
# By what stays with an instance whatever its name becomes.
_servers: dict = {}
_locks: dict = {}
_reasons: dict = {}


def is_real(instance):
    """Other engines are not to be had; the emulator goes on pretending that it has them."""
    return instance["Engine"] in ("postgres", "mysql", "mariadb")


def server_of(instance):
    return _servers.get(instance["DbiResourceId"])


def named(params):
    """The instance that a request names."""
    return rds._resolve_instance(rds._p(params, "DBInstanceIdentifier"))


def refused(code, message):
    return rds._error(code, message, 400)


def not_in(instance, *states):
    """The refusal of what only an instance in one of these states allows."""
    if instance["DBInstanceStatus"] in states:
        return None
    name = instance["DBInstanceIdentifier"]
    return refused("InvalidDBInstanceState", f"Instance {name} is not currently in the {states[0]} state.")


def answered(action, instance):
    return rds._single_instance_response(f"{action}Response", f"{action}Result", instance)


def begin(instance, during, work, after="available"):
    """Shows one state while the work goes on and another when it is done.

    That is `failed` when the work was not possible; why, the emulator's log says, and whoever asks `why_failed`.
    """
    instance["DBInstanceStatus"] = during
    spawn_background(_carry_out, instance, during, work, after, thread_name=f"rds-{during}")


def _carry_out(instance, during, work, after):
    with _locks.setdefault(instance["DbiResourceId"], threading.Lock()):
        ended = after
        try:
            work()
        except Exception as error:
            rds.logger.warning("RDS: %s, %s: %s", instance["DBInstanceIdentifier"], during, error)
            ended, _reasons[instance["DbiResourceId"]] = "failed", str(error)
        if instance["DBInstanceStatus"] == during:
            instance["DBInstanceStatus"] = ended


def why_failed(instance):
    return _reasons.get(instance["DbiResourceId"], "")


def new_server(instance):
    return Server(instance["Engine"], _folder("instances", instance["DbiResourceId"]))


def serve(instance, server):
    """From now on the instance is this server, with the instance's settings, and has its address."""
    _servers[instance["DbiResourceId"]] = server
    start(instance)
    instance["Endpoint"] = {"Address": _ADDRESS, "Port": server.port, "HostedZoneId": "Z2R2ITUGPM61AM"}


def start(instance):
    server = server_of(instance)
    server.certify(*rds._pg_server_material(["localhost"], [_ADDRESS]))
    server.start(_parameters(instance))
    for group in instance["DBParameterGroups"]:
        group["ParameterApplyStatus"] = "in-sync"


def _parameters(instance):
    """What its groups set, without what only RDS knows and what only RDS could work out."""
    groups = [rds._param_groups.get(one["DBParameterGroupName"]) or {} for one in instance["DBParameterGroups"]]
    given = {name: one["ParameterValue"] for group in groups for name, one in group.get("Parameters", {}).items()}
    return {name: value for name, value in given.items() if not name.startswith("rds.") and "{" not in value}


def restart(instance):
    server_of(instance).stop()
    start(instance)
    tell("RDS-EVENT-0006", instance["DBInstanceArn"])


def discard(instance):
    server = _servers.pop(instance["DbiResourceId"], None)
    if server:
        server.remove()


def stop_all():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.map(Server.stop, list(_servers.values()))


def files_of(snapshot):
    return _folder("snapshots", snapshot["DBSnapshotIdentifier"])


def keep(snapshot, instance):
    """Copies what is in the instance, for a snapshot that was written down; one that has failed says so itself."""
    tell("RDS-EVENT-0040", snapshot["DBSnapshotArn"])
    try:
        server_of(instance).copy_to(files_of(snapshot))
    except OSError as error:
        rds.logger.warning("RDS: snapshot %s: %s", snapshot["DBSnapshotIdentifier"], error)
        snapshot["Status"] = "failed"
        return
    snapshot.update({"Status": "available", "PercentProgress": 100})
    tell("RDS-EVENT-0042", snapshot["DBSnapshotArn"])


def _folder(kind, identifier):
    """Of the run, and gone with it: the emulator forgets its instances too."""
    return os.path.join(tempfile.gettempdir(), "databases", kind, identifier)
