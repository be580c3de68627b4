"""A read replica is a server that takes what its source writes, and is only for reading.

The emulator writes one down that is there at once, and nothing listens.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html
"""

from ministack.services import rds

from .rds_events import tell
from .rds_instances import answered, begin, is_real, named, new_server, not_in, serve, server_of

_create = rds._ACTION_MAP["CreateDBInstanceReadReplica"]


def _created(params):
    source = rds._resolve_instance(rds._p(params, "SourceDBInstanceIdentifier"))
    if not source or not is_real(source):
        return _create(params)
    if refusal := not_in(source, "available"):
        return refusal
    answer = _create(params)
    if answer[0] != 200:
        return answer
    replica = named(params)
    replica.pop("MasterUserSecret", None)
    replica.update({"Endpoint": {}, "DBInstanceClass": rds._p(params, "DBInstanceClass") or source["DBInstanceClass"]})
    begin(replica, "creating", lambda: _make(replica, source))
    return answered("CreateDBInstanceReadReplica", replica)


def _make(replica, source):
    server = new_server(replica)
    server_of(source).copy_to(server.folder)
    server.follow(server_of(source))
    serve(replica, server)
    tell("RDS-EVENT-0005", replica["DBInstanceArn"])


def _deleting(delete):
    """A replica that goes is none of its source's any more."""

    def deleted(params):
        instance = named(params)
        answer = delete(params)
        source = answer[0] == 200 and rds._instances.get(instance["ReadReplicaSourceDBInstanceIdentifier"])
        if source:
            source["ReadReplicaDBInstanceIdentifiers"].remove(instance["DBInstanceIdentifier"])
        return answer

    return deleted


def apply() -> None:
    rds._ACTION_MAP["CreateDBInstanceReadReplica"] = _created
    rds._ACTION_MAP["DeleteDBInstance"] = _deleting(rds._ACTION_MAP["DeleteDBInstance"])
