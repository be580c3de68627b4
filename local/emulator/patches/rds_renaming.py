"""An instance is given another name, at once or in its next maintenance window.

The emulator overlooks the new name.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html
"""

from ministack.services import rds

from .rds_instances import answered, begin, is_real, named, not_in, refused, restart

_modify = rds._ACTION_MAP["ModifyDBInstance"]


def _modified(params):
    instance = named(params)
    new = rds._p(params, "NewDBInstanceIdentifier").lower()
    if not instance or not is_real(instance):
        return _modify(params)
    if refusal := not_in(instance, "available", "storage-full", "storage-optimization", "stopped", "failed"):
        return refusal
    if new and new in rds._instances:
        return refused("DBInstanceAlreadyExists", f"DB instance {new} already exists.")
    answer = _modify(params)
    if answer[0] != 200 or not new:
        return answer
    instance["PendingModifiedValues"] = {**instance["PendingModifiedValues"], "DBInstanceIdentifier": new}
    if rds._p(params, "ApplyImmediately") == "true":
        begin(instance, "renaming", lambda: _rename(instance, new))
    return answered("ModifyDBInstance", instance)


def _rename(instance, new):
    """What it is called, and what is named after that; its files and its tags are its own."""
    old, arn = instance["DBInstanceIdentifier"], instance["DBInstanceArn"]
    instance["DBInstanceIdentifier"] = new
    instance["DBInstanceArn"] = f"{arn.rsplit(':', 1)[0]}:{new}"
    rds._tags[instance["DBInstanceArn"]] = rds._tags.pop(arn, [])
    rds._instances[new] = rds._instances.pop(old)
    instance["PendingModifiedValues"].pop("DBInstanceIdentifier")
    restart(instance)


def apply() -> None:
    global _modify
    _modify = rds._ACTION_MAP["ModifyDBInstance"]
    rds._ACTION_MAP["ModifyDBInstance"] = _modified
