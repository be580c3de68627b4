"""An image that a build has pushed is run by tasks, beside those that were told before.

`POST /_pilotage/images/more`, with what `/_pilotage/images` takes.
"""

import json

import ministack.app

from . import ecs_processes

_admin = ministack.app._handle_admin_config_request


async def _told(path, method, body):
    if path != "/_pilotage/images/more" or method != "POST":
        return await _admin(path, method, body)
    ecs_processes._take_over()
    known = ecs_processes.CLIENT.images
    known._known.update({ecs_processes._short(name): one for name, one in json.loads(body)["images"].items()})
    return 204, {}, b""


def apply() -> None:
    ministack.app._handle_admin_config_request = _told
