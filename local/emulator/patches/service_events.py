"""A service that runs beside the emulator tells its events as AWS does: on the default bus, in its own name.

Anybody else is refused a source that begins with `aws.`; here `POST /_pilotage/events {"source", "type", "detail",
"resources"}` is what services of AWS have among themselves.
"""

import json
import time

import ministack.app
from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import eventbridge

_admin = ministack.app._handle_admin_config_request


async def _told(path, method, body):
    if path != "/_pilotage/events" or method != "POST":
        return await _admin(path, method, body)
    told = json.loads(body)
    event = {
        "EventId": new_uuid(),
        "Source": told["source"],
        "DetailType": told["type"],
        "Detail": json.dumps(told["detail"]),
        "EventBusName": "default",
        "Time": int(time.time()),
        "Resources": told["resources"],
        "Account": get_account_id(),
        "Region": get_region(),
    }
    # Whoever is called by it may call back.
    spawn_background(eventbridge._dispatch_event, event, thread_name="service-event")
    return 204, {}, b""


def apply() -> None:
    ministack.app._handle_admin_config_request = _told
