"""The bus hears of databases and their snapshots.

The emulator says nothing of them. It keeps of a database what it tells when it is asked for its events, and only restarts.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.html
"""

import datetime
import json

from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import eventbridge, rds

_MESSAGES = {
    "RDS-EVENT-0003": ("deletion", "DB instance deleted."),
    "RDS-EVENT-0005": ("creation", "DB instance created."),
    "RDS-EVENT-0006": ("availability", "DB instance restarted."),
    "RDS-EVENT-0016": ("configuration change", "Reset master credentials."),
    "RDS-EVENT-0040": ("creation", "Creating manual snapshot."),
    "RDS-EVENT-0041": ("deletion", "Deleted user snapshot."),
    "RDS-EVENT-0042": ("creation", "Manual snapshot created."),
    "RDS-EVENT-0043": ("restoration", "Restored from snapshot."),
    "RDS-EVENT-0087": ("notification", "DB instance stopped."),
    "RDS-EVENT-0088": ("notification", "DB instance started."),
}
_KINDS = {"db": ("DB Instance", "DB_INSTANCE", "db-instance"), "snapshot": ("DB Snapshot", "SNAPSHOT", "db-snapshot")}
_telling = False


def tell(event, arn):
    """Of the instance or the snapshot that is named."""
    if not _telling:
        return
    *_, kind, identifier = arn.split(":", 6)
    words, source, listed = _KINDS[kind]
    category, message = _MESSAGES[event]
    now = datetime.datetime.now(datetime.timezone.utc)
    at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    about = {"SourceIdentifier": identifier, "SourceArn": arn, "Message": message, "EventCategories": [category]}
    rds._events[new_uuid()] = {**about, "SourceType": listed, "Date": now.timestamp()}
    bus = {
        "EventId": new_uuid(),
        "Source": "aws.rds",
        "DetailType": f"RDS {words} Event",
        "Detail": json.dumps({**about, "SourceType": source, "Date": at, "EventID": event}),
        "EventBusName": "default",
        "Time": at,
        "Resources": [arn],
        "Account": get_account_id(),
        "Region": get_region(),
    }
    # Whoever is called by it may call back.
    spawn_background(eventbridge._dispatch_event, bus, thread_name="rds-event")


def apply() -> None:
    global _telling
    _telling = True
