"""An instance hears which folder it is to have where it mounts a volume: that of the tasks and functions that do.

`POST /_pilotage/volumes {"accessPoint": <id>}` answers with `{"folder": …}`, which local/instances/bin/mount asks for.
The emulator has no volumes that could be mounted.
"""

import json

import ministack.app
from ministack.services import efs

from .ecs_volumes import folder_of

_admin = ministack.app._handle_admin_config_request


async def _told(path, method, body):
    if path != "/_pilotage/volumes" or method != "POST":
        return await _admin(path, method, body)
    point = efs._access_points.get(json.loads(body)["accessPoint"])
    if not point:
        return 404, {}, b"there is no such access point"
    folder = folder_of(point["FileSystemId"], point["AccessPointId"])
    return 200, {"Content-Type": "application/json"}, json.dumps({"folder": folder}).encode()


def apply() -> None:
    global _admin
    _admin = ministack.app._handle_admin_config_request
    ministack.app._handle_admin_config_request = _told
